#!/usr/bin/env node
// From Node 22 on, what was compiled is kept for the next start: here, where only those can write who may replace the program.
process.getBuiltinModule?.('node:module').enableCompileCache?.(`${import.meta.dirname}/../compiled`)
import('../program/launch.js').then(
  ({ launch }) => launch(process.argv.slice(2)),
  (error) => {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('program')) throw error
    console.error('chat-server: Not built yet. Run `npm run build` in the folder of the repository.')
    process.exitCode = 78
  }
)
