#!/usr/bin/env node
import('../program/launch.js').then(
  ({ launch }) => launch(process.argv.slice(2)),
  (error) => {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('program')) throw error
    console.error('chat-server: Not built yet. Run `npm run build` in the folder of the repository.')
    process.exitCode = 78
  }
)
