import { nameFault } from '@tertulia/protocol'
import { expect, test } from 'vitest'
import { faultOfName } from '../../src/services/name-check.ts'

test.each(['ana', 'Íñigo', 'жук', 'ᚠᚢᚦ', 'աᚠ', 'a b', 'admin', ''])('“%s” is judged as everywhere', async (name) => {
  expect(await faultOfName(name)).toBe(nameFault(name))
})
