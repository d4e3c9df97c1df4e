import { expect, test } from 'vitest'
import { addressBlock, isThisMachine } from '../../src/requests/address-block.ts'

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
  ['::FFFF:203.0.113.9', '203.0.113.9'],
  ['nonsense', 'nonsense'],
  [undefined, '']
])('%s counts as %s', (address, block) => {
  expect(addressBlock(address)).toBe(block)
})

test('what comes from this machine may come from anybody, where a proxy runs on it', () => {
  const areHere = ['127.0.0.1', '127.8.0.1', '::1', '::ffff:127.0.0.1', undefined].map((address) =>
    isThisMachine(addressBlock(address))
  )
  expect(areHere).toEqual(Array(5).fill(true))
  expect(
    ['10.0.0.1', '::ffff:192.168.1.1', '2001:db8::1', 'fe80::1'].some((address) => isThisMachine(addressBlock(address)))
  ).toBe(false)
})
