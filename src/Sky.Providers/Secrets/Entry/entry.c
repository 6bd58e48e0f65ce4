/*
 * sky-entry COMMAND [ARGUMENT...]          takes secrets from standard input
 * sky-entry -d FOLDER COMMAND [...]        takes them from the files of a folder, each named like its variable
 * sky-entry -p FILE PORT TIMEOUT EVERY     a container's health check: asks the container itself whether it is ready
 *
 * Adds the secrets to the environment and becomes the command: same process, same signals, nothing stays behind.
 * Standard input holds lines NAME=VALUE, in which \\ is a backslash and \n a line feed, and ends with a line of one dot: without it not
 * all has come, and nothing is started.
 *
 * The health check sends the HTTP request that FILE holds to PORT of 127.0.0.1, waits TIMEOUT milliseconds for an answer, and asks again, often
 * at first, later every EVERY milliseconds. The first answer that is 2xx (or 3xx: whoever can follow it judges it) ends it with success and is
 * marked in the container's own memory. Where the mark is, nothing is asked any more: what a health check says after its first success would
 * only end containers.
 *
 * It runs in any image: no libc, no shell, no file but itself. Exit codes are those of a shell: 126 not executable, 127 not found;
 * 125 when the secrets did not come.
 */
#include <stddef.h>

#define ROOM (1 << 20)
#define MOST 4096

#define MARK "/dev/shm/.sky-ready"
#define FIRST_GAP 50
#define PATIENCE (50 * 60 * 1000L)

enum { O_RDONLY = 0, O_WRONLY = 1, O_CREAT = 64, AT_FDCWD = -100, ENOENT = 2, EINTR = 4, EAGAIN = 11, ENOTDIR = 20, EINPROGRESS = 115 };
enum { AF_INET = 2, SOCK_STREAM = 1, SOCK_NONBLOCK = 2048, POLLIN = 1, POLLOUT = 4 };

#if defined(__x86_64__)
enum {
    SYS_read = 0, SYS_write = 1, SYS_close = 3, SYS_nanosleep = 35, SYS_socket = 41, SYS_connect = 42, SYS_execve = 59, SYS_exit = 60, SYS_getdents64 = 217,
    SYS_openat = 257, SYS_ppoll = 271, SYS_dup3 = 292
};

static long call(long n, long a, long b, long c, long d)
{
    long result;
    register long r10 __asm__("r10") = d;
    __asm__ volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory");
    return result;
}

__asm__(".globl _start\n_start:\n xor %ebp,%ebp\n mov %rsp,%rdi\n and $-16,%rsp\n call begin\n");
#elif defined(__aarch64__)
enum {
    SYS_dup3 = 24, SYS_openat = 56, SYS_close = 57, SYS_getdents64 = 61, SYS_read = 63, SYS_write = 64, SYS_ppoll = 73, SYS_exit = 93, SYS_nanosleep = 101,
    SYS_socket = 198, SYS_connect = 203, SYS_execve = 221
};

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

struct time { long long seconds, nanos; };
struct wait { int file; short wanted, seen; };
struct address { unsigned short family, port; unsigned int host; char rest[8]; };
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

static long number(const char *s)
{
    long n = 0;
    for (; *s >= '0' && *s <= '9'; s++) n = n * 10 + (*s - '0');
    return n;
}

static struct time of_millis(long millis)
{
    struct time time = { millis / 1000, millis % 1000 * 1000000 };
    return time;
}

static void rest(long millis)
{
    struct time time = of_millis(millis);
    call(SYS_nanosleep, (long)&time, 0, 0, 0);
}

/* Whether the socket can be read or written before the time is up; the kernel takes from it what the wait took. */
static int comes(int file, short wanted, struct time *left)
{
    struct wait wait = { file, wanted, 0 };
    long ready;
    do ready = call(SYS_ppoll, (long)&wait, 1, (long)left, 0); while (ready == -EINTR);
    return ready > 0;
}

/* Null when it is ready, else why it is not. */
static const char *ask(int file, struct address *address, struct time left)
{
    long done = call(SYS_connect, file, (long)address, sizeof *address, 0);
    if (done < 0 && done != -EINPROGRESS) return "it cannot be connected to from within";
    for (size_t sent = 0; sent < used;) {
        if (!comes(file, POLLOUT, &left)) return "it takes no request from within in time";
        done = call(SYS_write, file, (long)(text + sent), (long)(used - sent), 0);
        if (done < 0 && done != -EAGAIN && done != -EINTR) return "it closed the connection";
        if (done > 0) sent += (size_t)done;
    }
    char answer[12];
    for (size_t got = 0; got < sizeof answer;) {
        if (!comes(file, POLLIN, &left)) return "it does not answer from within in time";
        done = call(SYS_read, file, (long)(answer + got), (long)(sizeof answer - got), 0);
        if (done == 0 || (done < 0 && done != -EAGAIN && done != -EINTR)) return "it closed the connection without an answer";
        if (done > 0) got += (size_t)done;
    }
    /* "HTTP/1.1 200" */
    return answer[8] == ' ' && (answer[9] == '2' || answer[9] == '3') ? 0 : "its answer says that it is not ready";
}

static const char *ask_once(long port, long timeout)
{
    struct address address = { AF_INET, (unsigned short)((port >> 8 & 0xff) | (port & 0xff) << 8), 0x0100007f, { 0 } };
    long file = call(SYS_socket, AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0, 0);
    if (file < 0) return "there is no socket to be had";
    const char *why = ask((int)file, &address, of_millis(timeout));
    call(SYS_close, file, 0, 0, 0);
    return why;
}

static void probe(const char *request, long port, long timeout, long every)
{
    if (call(SYS_openat, AT_FDCWD, (long)MARK, O_RDONLY, 0) >= 0) {
        rest(PATIENCE);
        for (;;) call(SYS_exit, 0, 0, 0, 0);
    }
    long file = call(SYS_openat, AT_FDCWD, (long)request, O_RDONLY, 0);
    if (file < 0) end(1, "the request cannot be read", request);
    fill((int)file);
    long gap = FIRST_GAP;
    const char *why = ask_once(port, timeout);
    for (long waited = 0; why && waited < PATIENCE; waited += gap) {
        rest(gap);
        gap += gap / 10;
        if (gap > every) gap = every;
        why = ask_once(port, timeout);
    }
    if (why) end(1, why, 0);
    /* Without a mark it is asked again soon: not too soon. */
    if (call(SYS_openat, AT_FDCWD, (long)MARK, O_CREAT | O_WRONLY, 0444) < 0) rest(every);
    for (;;) call(SYS_exit, 0, 0, 0, 0);
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
    if (count == 6 && arguments[0][0] == '-' && arguments[0][1] == 'p' && arguments[0][2] == 0)
        probe(arguments[1], number(arguments[2]), number(arguments[3]), number(arguments[4]));
    if (count > 2 && arguments[0][0] == '-' && arguments[0][1] == 'd' && arguments[0][2] == 0) {
        from_folder(arguments[1]);
        arguments += 2;
    } else if (count > 1) {
        from_input();
    }
    if (!arguments[0]) end(125, "there is no command to become", 0);
    become(arguments);
}
