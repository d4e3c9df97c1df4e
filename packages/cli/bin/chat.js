#!/usr/bin/env node
import module from 'node:module'
import { fileURLToPath } from 'node:url'

// From 22.1 on, Node keeps what it has compiled for the next start: here, where only those can write who may replace the program itself.
module.enableCompileCache?.(fileURLToPath(new URL('../compiled', import.meta.url)))
import('../program/chat.mjs').then(
  ({ main }) => main(process.argv.slice(2)),
  (error) => {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('program')) throw error
    console.error('chat: Not built yet. Run `npm run build` in the folder of the repository.')
    process.exitCode = 1
  }
)
