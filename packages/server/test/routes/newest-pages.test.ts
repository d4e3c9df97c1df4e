import { expect, test } from 'vitest'
import { NewestPages, type ReadyPage } from '../../src/routes/newest-pages.ts'

const page = (cursor: string, { bytes = 10, head = 7 } = {}): ReadyPage => ({
  head,
  cursor,
  links: '',
  body: Buffer.alloc(bytes)
})

test('a page is read once, and again after it was dropped', async () => {
  const pages = new NewestPages()
  let reads = 0
  const get = () => pages.get(1, 7, async () => page(`${++reads}`))
  expect([(await get()).cursor, (await get()).cursor]).toEqual(['1', '1'])
  pages.drop(1)
  expect([(await get()).cursor, (await get()).cursor]).toEqual(['2', '2'])
})

test('a page that was read before the head of its log is read again, and stays once it was read behind it', async () => {
  const pages = new NewestPages()
  let head = 7
  let reads = 0
  const get = async () => (await pages.get(1, head, async () => page(`${++reads}`, { head }))).cursor
  expect([await get(), await get()]).toEqual(['1', '1'])
  head = 8
  expect([await get(), await get()]).toEqual(['2', '2'])
  head = 7 // a request that found the room a moment before
  expect(await get()).toBe('2')
})

test('a page that was dropped while it was read is not kept', async () => {
  const pages = new NewestPages()
  let answer: (page: ReadyPage) => void = () => {}
  const early = pages.get(1, 7, () => new Promise((resolve) => (answer = resolve)))
  pages.drop(1)
  answer(page('old'))
  expect((await early).cursor).toBe('old')
  expect((await pages.get(1, 7, async () => page('new'))).cursor).toBe('new')
})

test('of two that read at once, the one that began earlier does not replace the other', async () => {
  const pages = new NewestPages()
  const answers: ((page: ReadyPage) => void)[] = []
  const read = () => new Promise<ReadyPage>((resolve) => answers.push(resolve))
  const both = [pages.get(1, 7, read), pages.get(1, 7, read)]
  pages.drop(1)
  answers[1]?.(page('second'))
  answers[0]?.(page('first'))
  await Promise.all(both)
  expect((await pages.get(1, 7, async () => page('third'))).cursor).toBe('third')
})

test('pages asked for long ago make room', async () => {
  const pages = new NewestPages()
  const megabytes = 1024 * 1024
  let reads = 0
  const get = (log: number) => pages.get(log, 7, async () => page(`${++reads}`, { bytes: 20 * megabytes }))
  for (const log of [1, 2, 3, 1, 4]) await get(log)
  expect(reads).toBe(4)
  await get(1)
  expect(reads).toBe(4)
  await get(2)
  expect(reads).toBe(5)
})
