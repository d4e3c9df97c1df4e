import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * What to type here for a program. Where npm has started the server (`npm start`, `npx chat-server`), its programs are in the PATH of npm
 * alone, if npm's package has them at all.
 */
export function programWords(name: 'chat' | 'chat-server', { npm_package_json: npmPackage }: Environment): string {
  return npmPackage && existsSync(join(dirname(npmPackage), 'node_modules', '.bin', name)) ? `npx ${name}` : name
}

/** A text with command lines of `chat-server`, as its parts write them, with what has to be typed here instead. */
export function asTyped(text: string, env: Environment = process.env): string {
  const words = programWords('chat-server', env)
  return words === 'chat-server' ? text : text.replaceAll(commandLine, words)
}

/** Not where it is the name of the program, nor the end of a path. */
const commandLine = /(?<![\w./-]|npx )chat-server(?= (?:(?:start|invite|user|backup|restore|check|copy|help|COMMAND)\b|--[a-z]))/g
