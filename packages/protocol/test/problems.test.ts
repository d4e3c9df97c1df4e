import { STATUS_CODES } from 'node:http'
import { describe, expect, test } from 'vitest'
import { problems } from '../src/problems.ts'

describe.each(Object.entries(problems))('%s', (code, { status, title }) => {
  test('has the status of a refusal that HTTP knows', () => {
    expect(status).toBeGreaterThanOrEqual(400)
    expect(STATUS_CODES[status]).toBeDefined()
  })

  test('has a code that is a path segment, and a title that is a heading', () => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(title).toMatch(/^\p{Lu}.*[^.]$/u)
  })
})

test('no two problems share a title', () => {
  const titles = Object.values(problems).map(({ title }) => title)
  expect(new Set(titles).size).toBe(titles.length)
})
