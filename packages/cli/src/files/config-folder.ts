import { homedir, userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'

/**
 * Where this user's settings are: `$XDG_CONFIG_HOME/tertulia`, else `~/.config/tertulia`. A path that is empty or relative is passed
 * over (XDG Base Directory Specification): it would put a token into whatever folder the command was called in. So is one that is not
 * UTF-8, for Node would make another path of it.
 * @returns undefined when the user has no home
 */
export function configFolder(environment: NodeJS.ProcessEnv): string | undefined {
  const { XDG_CONFIG_HOME } = environment
  if (isUsable(XDG_CONFIG_HOME)) return join(XDG_CONFIG_HOME, 'tertulia')
  const home = [homedir, () => userInfo().homedir].map(known).find(isUsable)
  return home === undefined ? undefined : join(home, '.config', 'tertulia')
}

const isUsable = (path: string | undefined): path is string => path !== undefined && isAbsolute(path) && !path.includes('\ufffd')

/** In a container a user may be a mere number, of whom the system knows nothing. */
function known(ask: () => string): string | undefined {
  try {
    return ask()
  } catch {
    return undefined
  }
}
