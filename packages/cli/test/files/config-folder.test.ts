import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { configFolder } from '../../src/files/config-folder.ts'

const home = process.env.HOME

beforeEach(() => {
  process.env.HOME = '/home/ana'
})
afterEach(() => {
  process.env.HOME = home
})

test('it is in XDG_CONFIG_HOME, else in the home folder', () => {
  expect(configFolder({ XDG_CONFIG_HOME: '/etc/ana' })).toBe('/etc/ana/tertulia')
  expect(configFolder({})).toBe(join(homedir(), '.config', 'tertulia'))
})

test.each(['', '.', 'config', './config', '~/.config', '/etc/jos\ufffd'])(
  'XDG_CONFIG_HOME “%s” is passed over',
  (XDG_CONFIG_HOME) => {
    expect(configFolder({ XDG_CONFIG_HOME })).toBe(join(homedir(), '.config', 'tertulia'))
  }
)

test.each(['', '.', 'home/ana'])('of HOME “%s” it is the folder that the system knows', (path) => {
  process.env.HOME = path
  expect(configFolder({})).toBe(join(userInfo().homedir, '.config', 'tertulia'))
})
