import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasDesktop } from '../config.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { DataFolder } from './data-folder.ts'

/** The key in the fragment goes to no server and into no log; the page takes it out of the address. */
export function pageLink(opsCoreUrl: string, apiKey: string): string {
  return `${opsCoreUrl}/#key=${encodeURIComponent(apiKey)}`
}

/**
 * Opens the page in the browser of a desktop, where there is one. The link goes by way of a file that its owner alone can read: the
 * arguments of a command are seen by everybody on the machine.
 */
export function openPage(link: string, folder: DataFolder, terminal: Terminal): void {
  if (terminal.confirm === undefined || !hasDesktop()) return
  const file = join(folder.path, 'open-page.html')
  const address = link.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
  writeFileSync(file, `<!doctype html><meta http-equiv="refresh" content="0; url=${address}">\n`, { mode: 0o600 })
  const [command, ...args] = openerOf(process.platform)
  const opener = spawn(command, [...args, file], { stdio: 'ignore', detached: true, windowsHide: true })
  // A desktop without such a command has the link on its terminal.
  opener.on('error', () => {})
  opener.unref()
}

function openerOf(platform: NodeJS.Platform): [string, ...string[]] {
  if (platform === 'darwin') return ['open']
  return platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open']
}
