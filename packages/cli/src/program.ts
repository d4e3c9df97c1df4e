import { join } from 'node:path'

/**
 * What a shell needs before the name of a program of ours. Where npm has found this one in the package that it was called in
 * (`npx chat`, an npm script), the PATH of the shell does not lead there.
 * @param script  the path by which Node was told to run it
 */
export function shellPrefix(script: string | undefined, { npm_config_local_prefix: folder }: NodeJS.ProcessEnv): '' | 'npx ' {
  return folder !== undefined && script === join(folder, 'node_modules', '.bin', 'chat') ? 'npx ' : ''
}

const prefix = shellPrefix(process.argv[1], process.env)

/** What to type for this program. */
export const chat = `${prefix}chat`
/** What to type for the server. */
export const chatServer = `${prefix}chat-server`
