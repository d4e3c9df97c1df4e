import { readFileSync, realpathSync } from 'node:fs'
import { basename, join, relative } from 'node:path'

/** How Node was told to run the program. */
export interface Start {
  /** The path that it was given. */
  script: string | undefined
  /** The file that holds this code. */
  file: string
  env: NodeJS.ProcessEnv
}

/** Whether this is all of the program in one file, which somebody runs as `node chat.mjs`. */
function isFileAlone({ script, file }: Start): boolean {
  try {
    return script !== undefined && realpathSync(script) === file
  } catch {
    return false
  }
}

/** What to type for the file that Node runs. */
function nodeWords(script: string): string {
  const path = pathFromHere(script)
  return `node ${/^[\w@%+=:,./][\w@%+=:,./-]*$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`}`
}

function pathFromHere(script: string): string {
  try {
    const path = relative(process.cwd(), script)
    return path.startsWith('..') ? script : path
  } catch {
    return script // this folder is no longer there
  }
}

/** Where npm has found this program in the package that it was called in (`npx chat`, an npm script), the PATH of a shell does not lead there. */
const isByNpx = ({ script, env: { npm_config_local_prefix: folder } }: Start): boolean =>
  folder !== undefined && script === join(folder, 'node_modules', '.bin', 'chat')

/** What to type for this program. */
export function chatWords(start: Start): string {
  // A copy of the file that is called chat lies where it is found by that name.
  if (start.script !== undefined && basename(start.script) !== 'chat' && isFileAlone(start)) return nodeWords(start.script)
  return isByNpx(start) ? 'npx chat' : 'chat'
}

const start: Start = { script: process.argv[1], file: import.meta.filename, env: process.env }

export const isAlone = isFileAlone(start)
/** What to type for this program. */
export const chat = chatWords(start)
/** What to type for the server, where it is installed. */
export const chatServer = chat === 'npx chat' ? 'npx chat-server' : 'chat-server'

export const version: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version
