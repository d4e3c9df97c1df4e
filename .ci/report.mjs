// Reads what one step of `run` left in a folder: `output`, vitest's report `first.json` and, if files that failed ran again,
// alone, their report `alone.json`.
//   node report.mjs failed-files FOLDER        prints the files in which something failed, one a line
//   node report.mjs result FOLDER STATUS...    prints what failed and why; the last line is "PASSED FAILED". A status for each run
import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

const messageLinesMax = 15
const outputLinesMax = 40
const lineCharsMax = 300
/** Often only the end of an output is kept: beyond this number, failures are named without their messages. */
const messagesMax = 20

const [what, folder, ...statuses] = process.argv.slice(2)
if (what === 'failed-files') printFailedFiles()
else if (what === 'result') printResult()
else throw new Error('Usage: report.mjs failed-files FOLDER | report.mjs result FOLDER STATUS...')

function printFailedFiles() {
  const failed = files('first.json').filter(({ status }) => status === 'failed')
  // An error that nobody awaited is in no report. Vitest prints it with the file that ran at the time.
  const blamed = output().matchAll(/This error originated in "(.+)" test file/g)
  for (const path of new Set([...failed.map(pathOf), ...[...blamed].map(([, path]) => path)])) console.log(path)
}

function printResult() {
  const first = outcomes('first.json')
  const alone = outcomes('alone.json')
  let passed = 0
  let failed = 0
  let messages = 0
  const print = (heading, name, { message }) => {
    console.log(`${heading}: ${name}`)
    if (messages++ < messagesMax)
      console.log(indented((message || 'no message').split('\n').filter(isOurs).slice(0, messageLinesMax)))
  }
  for (const name of new Set([...first.keys(), ...alone.keys()])) {
    const runs = [first.get(name), alone.get(name)].filter((run) => run !== undefined)
    const fault = runs.find((run) => !run.passed)
    if (runs.some((run) => run.passed)) {
      if (runs[0].isTest) passed++
      if (fault) print(fault === first.get(name) ? 'Failed at first, passed alone' : 'Passed at first, failed alone', name, fault)
    } else {
      failed++
      print(alone.has(name) ? 'FAILED twice' : 'FAILED', name, fault)
    }
  }
  const faults = [...first.values()].filter((run) => !run.passed)
  if (first.size === 0 || (statuses[0] !== '0' && faults.length === 0)) {
    const passedAlone = statuses[1] === '0'
    if (!passedAlone) failed++
    console.log(`${passedAlone ? 'Failed at first, passed alone' : 'FAILED'}: no test, but the run. The end of its output:`)
    console.log(indented(output().trimEnd().split('\n').slice(-outputLinesMax)))
  }
  console.log(`${passed} ${failed}`)
}

/** What passed and failed, by name. A file that fails with no test to blame, because it could not be loaded, stands for itself. */
function outcomes(report) {
  const found = new Map()
  for (const file of files(report)) {
    for (const { ancestorTitles, title, status, failureMessages } of file.assertionResults) {
      if (status !== 'passed' && status !== 'failed') continue
      const name = [pathOf(file), ...ancestorTitles, title].join(' > ')
      let key = name
      for (let n = 2; found.has(key); n++) key = `${name} (${n})`
      found.set(key, { isTest: true, passed: status === 'passed', message: failureMessages?.[0] })
    }
    const isBroken = file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed')
    found.set(pathOf(file), { isTest: false, passed: !isBroken, message: file.message })
  }
  return found
}

function files(report) {
  const path = join(folder, report)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).testResults : []
}

function output() {
  return stripVTControlCharacters(readFileSync(join(folder, 'output'), 'utf8'))
}

function pathOf({ name }) {
  return relative('.', name)
}

/** Whether a line of a message is about our code, not about the inside of a library. */
function isOurs(line) {
  return !/^\s+at .*(node_modules|<anonymous>|node:)/.test(line)
}

function indented(lines) {
  return lines.map((line) => `    ${stripVTControlCharacters(line).slice(0, lineCharsMax)}`).join('\n')
}
