import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * What to type here for the program `chat`. Where npm has started the server (`npm start`, `npx chat-server`), `chat` is in the PATH of
 * npm alone, if npm's package has it at all.
 */
export function chatWords({ npm_package_json: npmPackage }: Readonly<Record<string, string | undefined>>): string {
  return npmPackage && existsSync(join(dirname(npmPackage), 'node_modules', '.bin', 'chat')) ? 'npx chat' : 'chat'
}
