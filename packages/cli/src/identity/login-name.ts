import { userInfo } from 'node:os'
import { nameFault } from '@tertulia/protocol/name-fault'

/** The name by which somebody is known to this computer, if it can be theirs in a chat: not `root`, which is nobody's, nor `DOMAIN\\ana`. */
export function loginName({ LOGNAME, USER, SUDO_USER }: NodeJS.ProcessEnv = process.env): string | undefined {
  return [LOGNAME, USER, SUDO_USER, nameOfSystem()].find(
    (name) => name !== undefined && name !== 'root' && nameFault(name) === undefined
  )
}

/** In a container somebody may have a number and no name. */
function nameOfSystem(): string | undefined {
  try {
    return userInfo().username
  } catch {
    return undefined
  }
}
