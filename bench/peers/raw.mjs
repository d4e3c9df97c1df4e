import { freePort, here, newFolder, post, run } from './running.mjs'

/** node:http with nothing above it: messages in memory, in the order in which they came, no framework, no sign-in. */
export async function raw() {
  const port = await freePort()
  const running = await run(process.execPath, [here('raw-server.mjs'), `${port}`], { port, folder: newFolder('raw') })
  const head = 'Host: 127.0.0.1\r\n'
  return {
    ...running,
    follow: `GET /events HTTP/1.1\r\n${head}\r\n`,
    send: (text) => post('/messages', head, JSON.stringify({ text }))
  }
}
