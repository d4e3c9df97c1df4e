import { join } from 'node:path'
import { freePort, here, newFolder, post, run } from './running.mjs'

async function bareServer(folder, args) {
  const port = await freePort()
  const running = await run(process.execPath, [here('bare-server.mjs'), `${port}`, ...args], { port, folder })
  const head = 'Host: 127.0.0.1\r\n'
  return {
    ...running,
    follow: `GET /events HTTP/1.1\r\n${head}\r\n`,
    send: (text) => post('/messages', head, JSON.stringify({ text }))
  }
}

/** The same framework and schemas without storage, sign-in or rights; silent streams. */
export const bare = () => bareServer(newFolder('bare'), [])

/** The same with one commit for each request. */
export function single() {
  const folder = newFolder('single')
  return bareServer(folder, [join(folder, 'single.db')])
}
