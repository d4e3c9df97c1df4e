import { afterAll, expect, test } from 'vitest'
import { shellScripts, shells } from '../../src/shells/scripts.ts'
import { Home } from '../support/chat.ts'

const home = new Home()
afterAll(() => home.remove())

test.each(shells)('the script for %s is printed as it is', async (shell) => {
  expect(await home.chat(['completion', shell])).toEqual({ code: 0, stdout: shellScripts[shell], stderr: '' })
})

test.each([
  ['/usr/bin/fish', /^fish \(your shell\): .*\n {2}chat completion fish > ~\/\.config\/fish\/completions\/chat\.fish\n\nbash: /],
  ['/bin/zsh', /^zsh \(your shell\): .*\n {2}eval "\$\(chat completion zsh\)"\n\nbash: /],
  ['/bin/tcsh', /^bash: .*\n {2}eval "\$\(chat completion bash\)"\n\nzsh: /]
])('where the shell is %s, it says first how to install it there', async (SHELL, text) => {
  const { stdout, code } = await home.chat(['completion'], { env: { SHELL } })
  expect(code).toBe(0)
  expect(stdout).toMatch(text)
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
})

test('another shell is refused', async () => {
  const { code, stderr } = await home.chat(['completion', 'tcsh'])
  expect(code).toBe(2)
  expect(stderr).toBe('chat: There is no completion for “tcsh”. The shells are bash, zsh and fish: chat completion bash\n')
})
