import { expect, test } from 'vitest'
import { NewestPages, type ReadyPage } from '../../src/services/newest-pages.ts'

const page = (cursor: string, bytes = 10): ReadyPage => ({ cursor, links: '', body: Buffer.alloc(bytes) })

test('a page is read once, and again after it was dropped', async () => {
  const pages = new NewestPages()
  let reads = 0
  const get = () => pages.get(1, async () => page(`${++reads}`))
  expect([(await get()).cursor, (await get()).cursor]).toEqual(['1', '1'])
  pages.drop(1)
  expect([(await get()).cursor, (await get()).cursor]).toEqual(['2', '2'])
})

test('a page that was dropped while it was read is not kept', async () => {
  const pages = new NewestPages()
  let answer: (page: ReadyPage) => void = () => {}
  const early = pages.get(1, () => new Promise((resolve) => (answer = resolve)))
  pages.drop(1)
  answer(page('old'))
  expect((await early).cursor).toBe('old')
  expect((await pages.get(1, async () => page('new'))).cursor).toBe('new')
})

test('of two that read at once, the one that began earlier does not replace the other', async () => {
  const pages = new NewestPages()
  const answers: ((page: ReadyPage) => void)[] = []
  const read = () => new Promise<ReadyPage>((resolve) => answers.push(resolve))
  const both = [pages.get(1, read), pages.get(1, read)]
  pages.drop(1)
  answers[1]?.(page('second'))
  answers[0]?.(page('first'))
  await Promise.all(both)
  expect((await pages.get(1, async () => page('third'))).cursor).toBe('third')
})

test('pages asked for long ago make room', async () => {
  const pages = new NewestPages()
  const megabytes = 1024 * 1024
  let reads = 0
  const get = (log: number) => pages.get(log, async () => page(`${++reads}`, 20 * megabytes))
  for (const log of [1, 2, 3, 1, 4]) await get(log)
  expect(reads).toBe(4)
  await get(1)
  expect(reads).toBe(4)
  await get(2)
  expect(reads).toBe(5)
})
