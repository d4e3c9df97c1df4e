import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Where Chromium is; the variable CHROMIUM names another one. */
const program = [process.env.CHROMIUM, ...usual].find((file) => file !== undefined && existsSync(file))

/** Why the tests in a browser cannot run here, if they cannot. */
export const missing = program ? undefined : 'Chromium is missing (Debian: chromium; elsewhere name it in the variable CHROMIUM)'
if (missing && process.env.CI) throw new Error(`The page cannot be tried: ${missing}`)
if (missing) console.log(`the page in a browser: skipped, ${missing}`)

/** An address that no machine has: to a browser it is one of another machine, without TLS. Loopback would be as good as https. */
const elsewhere = '203.0.113.9'

/** As people of another machine reach a server of this one. */
export const fromElsewhere = (url: string): string => url.replace('127.0.0.1', elsewhere)

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: program as string,
    args: ['--no-sandbox', '--font-render-hinting=none', `--host-resolver-rules=MAP ${elsewhere} 127.0.0.1`]
  })
