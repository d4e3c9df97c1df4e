// Loaded into a server (NODE_OPTIONS=--import=…): on SIGUSR2 it lets go of all that is garbage, and says on standard error what it holds.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

process.on('SIGUSR2', async () => {
  // What ends with something that is collected is let go in turns of its own, and found by the next collection.
  for (let n = 0; n < 3; n++) {
    collect()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const { rss, heapTotal, heapUsed } = process.memoryUsage()
  // The heap keeps pages in which nothing is left.
  process.stderr.write(`holds ${rss - heapTotal + heapUsed} bytes\n`)
})
