import { expect, test } from 'vitest'
import { addressBlock } from '../../src/requests/address-block.ts'

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['::ffff:cb00:7109', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:DB8:1:2::1', '2001:db8:1:2'],
  ['2001:0db8:0001:0002::', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['::', '0:0:0:0'],
  ['64:ff9b::203.0.113.9', '64:ff9b:0:0'],
  ['1:2:3:4:5:6:203.0.113.9', '1:2:3:4'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['nonsense', 'nonsense']
])('%s counts as %s', (address, block) => {
  expect(addressBlock(address)).toBe(block)
})
