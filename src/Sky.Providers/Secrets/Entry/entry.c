/*
 * sky-entry COMMAND [ARGUMENT...]          takes secrets from standard input
 * sky-entry -d FOLDER COMMAND [...]        takes them from the files of a folder, each named like its variable
 *
 * Adds the secrets to the environment and becomes the command: same process, same signals, nothing stays behind.
 * Standard input holds lines NAME=VALUE, in which \\ is a backslash and \n a line feed, and ends with a line of one dot: without it not
 * all has come, and nothing is started.
 *
 * It runs in any image: no libc, no shell, no file but itself. Exit codes are those of a shell: 126 not executable, 127 not found;
 * 125 when the secrets did not come.
 */
#include <stddef.h>

#define ROOM (1 << 20)
#define MOST 4096

enum { O_RDONLY = 0, AT_FDCWD = -100, ENOENT = 2, EINTR = 4, ENOTDIR = 20 };

#if defined(__x86_64__)
enum { SYS_read = 0, SYS_write = 1, SYS_close = 3, SYS_dup3 = 292, SYS_execve = 59, SYS_exit = 60, SYS_getdents64 = 217, SYS_openat = 257 };

static long call(long n, long a, long b, long c, long d)
{
    long result;
    register long r10 __asm__("r10") = d;
    __asm__ volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory");
    return result;
}

__asm__(".globl _start\n_start:\n xor %ebp,%ebp\n mov %rsp,%rdi\n and $-16,%rsp\n call begin\n");
#elif defined(__aarch64__)
enum { SYS_dup3 = 24, SYS_openat = 56, SYS_close = 57, SYS_getdents64 = 61, SYS_read = 63, SYS_write = 64, SYS_exit = 93, SYS_execve = 221 };

static long call(long n, long a, long b, long c, long d)
{
    register long x8 __asm__("x8") = n;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
    return x0;
}

__asm__(".globl _start\n_start:\n mov x29,#0\n mov x0,sp\n bl begin\n");
#else
#error "no system calls are known for this processor"
#endif

struct entry { unsigned long long inode; long long next; unsigned short length; unsigned char type; char name[]; };

static char text[ROOM];
static char list[32768];
static char path[4096];
static char *environment[MOST + 1];
static size_t used, variables;

static size_t length(const char *s)
{
    size_t n = 0;
    while (s[n]) n++;
    return n;
}

static void say(const char *s) { call(SYS_write, 2, (long)s, (long)length(s), 0); }

static void end(int code, const char *what, const char *name)
{
    say("sky-entry: ");
    if (name) { say(name); say(": "); }
    say(what);
    say("\n");
    for (;;) call(SYS_exit, code, 0, 0, 0);
}

/* Whether both name the same variable: equal up to and with the sign of equality. */
static int same(const char *a, const char *b)
{
    while (*a == *b && *a != '=' && *a) { a++; b++; }
    return *a == '=' && *b == '=';
}

/* A later one takes the place of an earlier one of the same name. */
static void set(char *variable)
{
    for (size_t i = 0; i < variables; i++)
        if (same(environment[i], variable)) { environment[i] = variable; return; }
    if (variables == MOST) end(125, "there are too many variables", 0);
    environment[variables++] = variable;
}

static int is_name(const char *s)
{
    if (!*s || (*s >= '0' && *s <= '9')) return 0;
    for (; *s && *s != '='; s++)
        if (!(*s == '_' || (*s >= '0' && *s <= '9') || (*s >= 'A' && *s <= 'Z') || (*s >= 'a' && *s <= 'z'))) return 0;
    return 1;
}

static void fill(int file)
{
    for (;;) {
        long got = call(SYS_read, file, (long)(text + used), (long)(ROOM - 1 - used), 0);
        if (got == -EINTR) continue;
        if (got < 0) end(125, "the secrets cannot be read", 0);
        if (got == 0) return;
        used += (size_t)got;
        if (used == ROOM - 1) end(125, "the secrets are larger than a megabyte", 0);
    }
}

static void from_input(void)
{
    fill(0);
    char *in = text, *stop = text + used;
    while (in < stop) {
        char *start = in, *out = in;
        while (in < stop && *in != '\n') {
            if (*in == '\\' && in + 1 < stop) { in++; *out++ = *in == 'n' ? '\n' : *in; in++; }
            else *out++ = *in++;
        }
        if (in == stop) break;
        in++;
        *out = 0;
        if (start[0] == '.' && start[1] == 0) {
            /* The command has the input of one that was given none. */
            long null = call(SYS_openat, AT_FDCWD, (long)"/dev/null", O_RDONLY, 0);
            if (null > 0) { call(SYS_dup3, null, 0, 0, 0); call(SYS_close, null, 0, 0, 0); }
            return;
        }
        set(start);
    }
    end(125, "the secrets did not come: whoever was to hand them over ended first", 0);
}

static void from_file(const char *folder, const char *name)
{
    size_t n = 0;
    for (const char *s = folder; *s && n < sizeof path - 2; s++) path[n++] = *s;
    path[n++] = '/';
    for (const char *s = name; *s && n < sizeof path - 1; s++) path[n++] = *s;
    path[n] = 0;
    long file = call(SYS_openat, AT_FDCWD, (long)path, O_RDONLY, 0);
    if (file < 0) end(125, "this secret cannot be read", path);
    char *variable = text + used;
    for (const char *s = name; *s && used < ROOM - 2; s++) text[used++] = *s;
    text[used++] = '=';
    fill((int)file);
    text[used++] = 0;
    call(SYS_close, file, 0, 0, 0);
    set(variable);
}

static void from_folder(const char *folder)
{
    long handle = call(SYS_openat, AT_FDCWD, (long)folder, O_RDONLY, 0);
    if (handle < 0) end(125, "the folder of the secrets cannot be read", folder);
    for (;;) {
        long got = call(SYS_getdents64, handle, (long)list, sizeof list, 0);
        if (got <= 0) break;
        for (long at = 0; at < got;) {
            struct entry *one = (struct entry *)(list + at);
            if (is_name(one->name)) from_file(folder, one->name);
            at += one->length;
        }
    }
    call(SYS_close, handle, 0, 0, 0);
}

static const char *find(const char *name)
{
    for (size_t i = 0; i < variables; i++)
        if (same(environment[i], name)) return environment[i] + length(name);
    return 0;
}

/* As a shell looks for it: along PATH unless it is a path itself. */
static void become(char **command)
{
    char *name = command[0];
    long error = -ENOENT;
    for (char *s = name; *s; s++)
        if (*s == '/') {
            error = call(SYS_execve, (long)name, (long)command, (long)environment, 0);
            end(error == -ENOENT ? 127 : 126, error == -ENOENT ? "there is no such program" : "it cannot be executed", name);
        }
    const char *folders = find("PATH=");
    if (!folders) folders = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    while (*folders) {
        size_t n = 0;
        while (*folders && *folders != ':' && n < sizeof path - 2) path[n++] = *folders++;
        while (*folders && *folders != ':') folders++;
        if (*folders) folders++;
        if (n == 0) path[n++] = '.';
        path[n++] = '/';
        for (char *s = name; *s && n < sizeof path - 1; s++) path[n++] = *s;
        path[n] = 0;
        long tried = call(SYS_execve, (long)path, (long)command, (long)environment, 0);
        if (tried != -ENOENT && tried != -ENOTDIR) error = tried;
    }
    end(error == -ENOENT ? 127 : 126, error == -ENOENT ? "there is no such program" : "it cannot be executed", name);
}

__attribute__((used)) void begin(long *stack)
{
    long count = stack[0];
    char **arguments = (char **)(stack + 1);
    for (char **variable = arguments + count + 1; *variable; variable++) set(*variable);
    arguments++;
    if (count > 2 && arguments[0][0] == '-' && arguments[0][1] == 'd' && arguments[0][2] == 0) {
        from_folder(arguments[1]);
        arguments += 2;
    } else if (count > 1) {
        from_input();
    }
    if (!arguments[0]) end(125, "there is no command to become", 0);
    become(arguments);
}
