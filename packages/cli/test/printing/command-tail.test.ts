import { expect, test } from 'vitest'
import { commandTail } from '../../src/printing/command-tail.ts'

test.each([
  ['No server answers. Start one with: chat-server start', 'No server answers. Start one with:', 'chat-server start'],
  ['Choose one: chat join http://x:1 --as NAME', 'Choose one:', 'chat join http://x:1 --as NAME'],
  ['Did you mean: chat send "re: chat me"', 'Did you mean:', 'chat send "re: chat me"'],
  [
    'To use it: CHAT_SERVER=http://x:1 CHAT_TOKEN=TOKEN chat send "hello"',
    'To use it:',
    'CHAT_SERVER=http://x:1 CHAT_TOKEN=TOKEN chat send "hello"'
  ],
  ['For example: iconv -f UTF-16 -t UTF-8 FILE | chat send -', 'For example:', 'iconv -f UTF-16 -t UTF-8 FILE | chat send -']
])('“%s” ends with a command', (text, before, command) => {
  expect(commandTail(text)).toEqual({ before, command })
})

test.each(['Choose another with --as.', 'The room chat is yours: chatter', 'Is it running?'])('“%s” does not', (text) => {
  expect(commandTail(text)).toBeUndefined()
})
