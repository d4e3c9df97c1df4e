import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, newFolder, run } from './running.mjs'

const head = 'Host: 127.0.0.1\r\n'

/** One worker, nothing logged. */
async function nginx(folder, port, { modules = '', locations }) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`)
  const config = `
    ${modules} daemon off; master_process off; worker_processes 1; pid ${folder}/pid; error_log /dev/null;
    events { worker_connections 20000; }
    http { access_log off; ${temporary.join(' ')} keepalive_requests 1000000000; types {} default_type application/json;
      server { listen 127.0.0.1:${port} backlog=4096; root ${folder}; ${locations} } }`
  writeFileSync(join(folder, 'nginx.conf'), config)
  const args = ['-p', '/usr/share/nginx', '-e', '/dev/null', '-c', join(folder, 'nginx.conf')]
  return run('nginx', args, { port, folder })
}

/** nginx with Nchan, which keeps messages in memory only. */
export async function nchan() {
  const [folder, port] = [newFolder('nchan'), await freePort()]
  const running = await nginx(folder, port, {
    modules: 'load_module modules/ngx_nchan_module.so;',
    locations: `
      location /pub { nchan_publisher; nchan_channel_id general; nchan_message_buffer_length 100; }
      location /sub { nchan_subscriber eventsource; nchan_channel_id general; nchan_subscriber_first_message newest; }`
  })
  return {
    ...running,
    follow: `GET /sub HTTP/1.1\r\n${head}Accept: text/event-stream\r\n\r\n`,
    send: (text) => `POST /pub HTTP/1.1\r\n${head}Content-Length: ${text.length}\r\n\r\n${text}`
  }
}

/** nginx with a file. @param bytes  what is in it */
export async function file(bytes) {
  const [folder, port] = [newFolder('nginx'), await freePort()]
  writeFileSync(join(folder, 'page'), bytes)
  const running = await nginx(folder, port, { locations: 'location /page { open_file_cache max=10; }' })
  return { ...running, newest: `GET /page HTTP/1.1\r\n${head}\r\n` }
}
