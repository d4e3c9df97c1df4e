// Runs `chat` again and again: see warm-chat.ts.
import { Readable } from 'node:stream'
import { main } from '../../program/chat.mjs'

const end = process.exit
// A command that has ended does so by itself; here another one follows.
process.exit = () => {}
process.once('disconnect', () => end())

const listened = () => ['SIGINT', 'SIGTERM', 'SIGHUP'].reduce((sum, signal) => sum + process.listenerCount(signal), 0)

process.on('message', async ({ args, env, input, mark }) => {
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env)
  Object.defineProperty(process, 'stdin', { value: Readable.from(input === '' ? [] : [Buffer.from(input)]), configurable: true })
  process.exitCode = undefined
  const before = listened()
  await main(args)
  // Each would be one more with every command here, until Node warns of a leak in the output of some other one.
  if (listened() !== before) process.stderr.write('chat left a listener for a signal behind\n')
  const code = process.exitCode ?? 0
  process.exitCode = undefined
  process.stdout.write(mark)
  process.stderr.write(mark)
  process.send(code)
})
