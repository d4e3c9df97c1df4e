import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

/** Somebody with a browser of their own, who shares nothing with others. */
export class Person {
  readonly name: string
  readonly context: BrowserContext
  readonly page: Page
  /** What a page must never do: throw, or try what its policy forbids. */
  readonly faults: string[]

  /** Open the address. */
  static async at(browser: Browser, url: string, name: string, options: BrowserContextOptions = {}): Promise<Person> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: 'en-GB',
      timezoneId: 'Europe/Madrid',
      ...options
    })
    context.setDefaultTimeout(30_000)
    const faults: string[] = []
    context.on('weberror', (error) => faults.push(error.error().message))
    context.on('console', (message) => {
      if (/Content Security Policy|Trusted ?Type|Trusted Script/i.test(message.text())) faults.push(message.text())
    })
    const page = await context.newPage()
    await page.goto(url)
    return new Person(name, context, page, faults)
  }

  /** Open the address, and take the name. */
  static async enter(browser: Browser, url: string, name: string, options: BrowserContextOptions = {}): Promise<Person> {
    const person = await Person.at(browser, url, name, options)
    await person.page.getByLabel('Your name').fill(name)
    await person.page.keyboard.press('Enter')
    await person.is('live')
    return person
  }

  private constructor(name: string, context: BrowserContext, page: Page, faults: string[]) {
    this.name = name
    this.context = context
    this.page = page
    this.faults = faults
  }

  /** How things stand with the server, in the words of the page. */
  get pill(): Locator {
    return this.page.getByRole('status', { name: 'Connection' })
  }

  get composer(): Locator {
    return this.page.getByRole('textbox', { name: 'Message to' })
  }

  get log(): Locator {
    return this.page.getByRole('log', { name: 'Messages' })
  }

  /** The messages that say this and that the server has. */
  said(text: string): Locator {
    return this.log.locator('article[data-id]').filter({ hasText: text })
  }

  /** What signs this browser in. */
  async token(): Promise<string> {
    const kept = await this.page.evaluate(() => JSON.stringify(localStorage))
    return kept.match(/tt_[\w-]+/)?.[0] as string
  }

  /** Until the pill says so. */
  async is(state: string | RegExp): Promise<void> {
    await expect.poll(() => this.pill.textContent()).toMatch(state)
  }

  async send(text: string): Promise<void> {
    await this.composer.fill(text)
    await this.composer.press('Enter')
  }

  /** Until a message that says this stands in the log, once. */
  async reads(text: string): Promise<void> {
    await expect.poll(() => this.said(text).count(), { message: `${this.name} reads “${text}”` }).toBe(1)
  }

  /** The texts in the log, from above to below. */
  texts(): Promise<string[]> {
    return this.log.locator('article .text').allTextContents()
  }

  /** Leave, having seen nothing go wrong. */
  async leave(): Promise<void> {
    expect(this.faults).toEqual([])
    await this.context.close()
  }
}
