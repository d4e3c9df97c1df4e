import { custom } from '@oclif/core/flags'
import { FlagValueError } from '../failing/flag-value-error.ts'

/** A flag that takes a whole number, not below `min`. */
export const wholeNumber = custom<number, { min: number }>({
  async parse(typed, _, { name, min }) {
    const number = Number(typed)
    if (!/^-?\d+$/.test(typed) || !Number.isSafeInteger(number)) {
      throw new FlagValueError(`--${name} takes a whole number, not “${typed}”.`)
    }
    if (number < min) throw new FlagValueError(`--${name} must be at least ${min}, not ${typed}.`)
    return number
  }
})
