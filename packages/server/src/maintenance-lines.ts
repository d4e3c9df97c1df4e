import { counted } from './stores/counted.ts'
import type { BackupReport, CheckReport, Contents, CopyReport, MaintenanceReport, RestoreReport } from './stores/maintenance.ts'

/** What is printed of a report: data on standard output, and beside it what a person should know. */
export interface Told {
  out: string
  talk: string
}

/** @param line  writes a command line of `chat-server` that means this database, or that to which it was copied */
export function toldOf(report: MaintenanceReport, line: (...words: string[]) => string): Told {
  switch (report.did) {
    case 'backup':
      return { out: `${report.file}\n`, talk: backupTalk(report, line) }
    case 'restore':
      return { out: `${report.db}\n`, talk: restoreTalk(report, line) }
    case 'check':
      return { out: checkLines(report), talk: checkTalk(report, line) }
    case 'copy':
      return { out: `${report.to}\n`, talk: copyTalk(report, line) }
    default:
      return report satisfies never
  }
}

const backupTalk = (report: BackupReport, line: (...words: string[]) => string): string =>
  `${contents(report)}, ${size(report.bytes)}. To put it back, with the server stopped:\n${line('restore', report.file, '--replace')}\n`

function restoreTalk({ keptAs, ...report }: RestoreReport, line: (...words: string[]) => string): string {
  const kept = keptAs === null ? '' : `What was there before is kept as ${keptAs}; delete it when nobody needs it.\n`
  return `${contents(report)} are in place. Readers begin anew: their cursors are answered with 410.\n${kept}To start it:\n${line('start')}\n`
}

function checkLines(report: CheckReport): string {
  const wrong = new Set(report.faults.map((fault) => fault.in))
  const width = Math.max(...report.looked.map((one) => one.in.length)) + 2
  const looked = report.looked.map((one) => `${one.in.padEnd(width)}${wrong.has(one.in) ? 'FAULT' : 'ok   '}  ${one.saw}`)
  const faults = report.faults.map((fault) => `fault in ${fault.in}: ${fault.detail}`)
  if (report.faultsMore > 0) faults.push(`and ${report.faultsMore} more`)
  return [...looked, ...faults, ...report.remarks.map((remark) => `note: ${remark}`)].map((one) => `${harmless(one)}\n`).join('')
}

function checkTalk(report: CheckReport, line: (...words: string[]) => string): string {
  if (report.ok) return `${report.db} is in order: ${contents(report)}, ${size(report.bytes)}.\n`
  return `${report.db} is not in order. Keep its files, and put your newest backup in its place, with the server stopped:\n${line('restore', 'BACKUP', '--replace')}\n`
}

function copyTalk({ from, isNewLife, altered, labUsers, ...report }: CopyReport, line: (...words: string[]) => string): string {
  const readers = isNewLife ? 'Readers begin anew: their cursors are answered with 410.' : 'Readers go on where they are.'
  const replaced =
    altered === 0
      ? ''
      : `${counted(altered, 'text')} had a character that PostgreSQL does not take (U+0000); U+FFFD is there instead.\n`
  const lab =
    labUsers === 0 ? '' : `${counted(labUsers, 'user')} of --lab2 cannot speak there by that wire: it is for database files.\n`
  return `${contents(report)} are there, compared row by row. ${readers}\n${replaced}${lab}To start it:\n${line('start')}\nKeep ${from} until you are content, but start no server with it any more: both would go on with the same numbers.\n`
}

const contents = ({ messages, rooms, users }: Contents): string =>
  `${counted(messages, 'message')} in ${counted(rooms, 'room')} of ${counted(users, 'user')}`

function size(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const value = bytes / 1000 ** power
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`
}

/** A name in a damaged file may be anything. */
const harmless = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (one) => `\\u{${one.codePointAt(0)?.toString(16)}}`)
