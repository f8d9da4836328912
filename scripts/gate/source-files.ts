import { glob } from 'node:fs/promises'
import { ROOT } from './step.ts'

/** TypeScript that is ours, as paths from the root with forward slashes, in order. */
export async function sourceFiles(root: string = ROOT): Promise<string[]> {
  const folders = '{packages,scripts,bench,load,examples,deploy}'
  const exclude = ['**/node_modules', '**/dist']
  const found = await Array.fromAsync(glob([`${folders}/**/*.{ts,tsx}`, '*.ts'], { cwd: root, exclude }))
  return found.map((path) => path.replaceAll('\\', '/')).sort()
}
