import { redisAnswer } from '../load/ask.mjs'
import { freePort, newFolder, run } from './running.mjs'

/** Redis PUBLISH: another protocol, messages in memory only, which it keeps for nobody. */
export async function redis() {
  const [folder, port] = [newFolder('redis'), await freePort()]
  const args = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder,
    '--maxclients',
    '15000'
  ]
  const running = await run('redis-server', [...args, '--client-output-buffer-limit', 'pubsub 0 0 0'], { port, folder })
  return { ...running, answer: redisAnswer, follow: 'SUBSCRIBE general\r\n', send: (text) => `PUBLISH general ${text}\r\n` }
}
