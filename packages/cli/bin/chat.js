#!/usr/bin/env node
import('../program/main.js').then(
  ({ main }) => main(process.argv.slice(2)),
  (error) => {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('program')) throw error
    console.error('chat: Not built yet. Run `npm run build` in the folder of the repository.')
    process.exitCode = 1
  }
)
