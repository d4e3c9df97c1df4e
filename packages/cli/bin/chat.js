#!/usr/bin/env node
// From Node 22 on, what was compiled is kept for the next start: here, where only those can write who may replace the program. Its module is
// asked for by name, because to import all that it has would take longer.
if (Number.parseInt(process.versions.node, 10) >= 22) {
  process.getBuiltinModule?.('node:module').enableCompileCache?.(`${import.meta.dirname}/../compiled`)
}
import('../program/chat.mjs').then(
  ({ main }) => main(process.argv.slice(2)),
  (error) => {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('program')) throw error
    console.error('chat: Not built yet. Run `npm run build` in the folder of the repository.')
    process.exitCode = 1
  }
)
