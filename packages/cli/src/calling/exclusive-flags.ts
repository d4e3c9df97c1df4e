import type { Interfaces } from '@oclif/core'

type Flag = Interfaces.FlagInput[string]

/** Whether a command takes only one of two flags of its own; either may say so. */
export const excludeEachOther = (one: Flag, other: Flag): boolean =>
  one.exclusive?.includes(other.name) === true || other.exclusive?.includes(one.name) === true
