namespace Sky.Bench.Forwarding;

/// <summary>The shortest configurations with which the others do the same: keep connections on both sides, say who asked, log nothing.</summary>
internal static class OtherProxies
{
    public static string Nginx(string folder, int port, int backend) => $$"""
        daemon off;
        worker_processes 1;
        pid {{folder}}/nginx.pid;
        events { worker_connections 16000; }
        http {
          access_log off;
          client_body_temp_path {{folder}}/body;
          proxy_temp_path {{folder}}/proxy;
          fastcgi_temp_path {{folder}}/fastcgi;
          uwsgi_temp_path {{folder}}/uwsgi;
          scgi_temp_path {{folder}}/scgi;
          keepalive_requests 100000000;
          upstream backend { server 127.0.0.1:{{backend}}; keepalive 64; keepalive_requests 100000000; }
          server {
            listen 127.0.0.1:{{port}};
            location / {
              proxy_pass http://backend;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
              proxy_buffering off;
            }
          }
        }
        """;

    public static string Haproxy(int port, int backend) => $"""
        global
          nbthread 1
          maxconn 8000
        defaults
          mode http
          timeout connect 5s
          timeout client 60s
          timeout server 60s
          option forwardfor
        frontend f
          bind 127.0.0.1:{port}
          default_backend b
        backend b
          http-reuse always
          server s 127.0.0.1:{backend}

        """;
}
