#!/usr/bin/env node
import { fileURLToPath } from 'node:url'

// Later versions of Node keep what they have compiled for the next start: here, where only those can write who may replace the program.
// Asked for by name, because to import all that this module has would take longer.
process.getBuiltinModule?.('node:module').enableCompileCache?.(fileURLToPath(new URL('../compiled', import.meta.url)))
import('../program/chat.mjs').then(
  ({ main }) => main(process.argv.slice(2)),
  (error) => {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('program')) throw error
    console.error('chat: Not built yet. Run `npm run build` in the folder of the repository.')
    process.exitCode = 1
  }
)
