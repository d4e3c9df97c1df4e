import { custom } from '@oclif/core/flags'
import { FlagValueError } from '../failing/flag-value-error.ts'

/** A flag that takes a whole number, from `min` to `max`. */
export const wholeNumber = custom<number, { min: number; max?: number }>({
  async parse(typed, _, { name, min, max }) {
    const number = Number(typed)
    if (!/^-?\d+$/.test(typed) || !Number.isSafeInteger(number)) {
      throw new FlagValueError(`--${name} takes a whole number, not “${typed}”.`)
    }
    if (number < min) throw new FlagValueError(`--${name} must be at least ${min}, not ${typed}.`)
    if (max !== undefined && number > max) throw new FlagValueError(`--${name} must be at most ${max}, not ${typed}.`)
    return number
  }
})
