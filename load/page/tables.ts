import type { RequestFigures } from '../report/request-figures.ts'
import type { RunSummary } from '../report/run-summary.ts'
import { NAMES } from '../report/what-gave.ts'
import { write } from './units.ts'

export interface Table {
  heads: readonly string[]
  rows: readonly (readonly string[])[]
}

const ms = (value: number): string => write(value, 'ms')
const count = (value: number): string => value.toLocaleString('en-US')

export function requestTable(rows: readonly RequestFigures[]): Table {
  return {
    heads: ['endpoint', 'requests', 'a second', 'failed', 'average', 'median', 'p90', 'p95', 'p99', 'longest'],
    rows: rows.map((row) => [
      row.endpoint,
      count(row.count),
      write(row.perSecond, 'count'),
      count(row.failed),
      ...[row.average, row.median, row.p90, row.p95, row.p99, row.longest].map(ms),
    ]),
  }
}

export function resourceTable({ resources }: RunSummary): Table {
  return {
    heads: ['process', 'cores', 'at most', 'busiest thread', 'memory', 'at most', 'descriptors', 'in', 'out'],
    rows: resources.map(({ process, cpu, busiest, memory, descriptors, read, written }) => [
      NAMES[process] ?? process,
      cpu.average.toFixed(2),
      cpu.most.toFixed(2),
      busiest.average.toFixed(2),
      `${write(memory.first, 'bytes')} → ${write(memory.last, 'bytes')}`,
      write(memory.most, 'bytes'),
      `${Math.round(descriptors.first)} → ${Math.round(descriptors.last)}`,
      write(read, 'bytes per second'),
      write(written, 'bytes per second'),
    ]),
  }
}

export function serverTable({ server }: RunSummary): Table {
  return {
    heads: ['route', 'answers', 'average', 'p99 at most'],
    rows: server.map(({ route, count: answers, average, p99AtMost }) => [
      route,
      count(answers),
      ms(average),
      p99AtMost === 0 ? 'more than 2,500 ms' : ms(p99AtMost),
    ]),
  }
}

export function stageTable({ stages }: RunSummary): Table {
  const cores = (values: Readonly<Record<string, number>>, name: string) => (values[name] ?? 0).toFixed(2)
  return {
    heads: ['users', 'requests a second', 'failed', 'average', 'p95', 'p99', 'Ops-Core', 'Locust', 'machine'],
    rows: stages.map((stage) => [
      count(stage.users),
      write(stage.perSecond, 'count'),
      count(stage.failed),
      ...[stage.average, stage.p95, stage.p99].map(ms),
      cores(stage.cpu, 'opscore'),
      cores(stage.cpu, 'locust'),
      stage.machine.toFixed(2),
    ]),
  }
}

export function warningTable({ warnings }: RunSummary): Table {
  const phases = { start: 'while starting', load: 'under load', stop: 'while stopping' }
  return {
    heads: ['log', 'when', 'level', 'lines', 'text'],
    rows: warnings.map(({ process, phase, level, count: lines, message }) => [
      NAMES[process] ?? process,
      phases[phase],
      level,
      count(lines),
      message,
    ]),
  }
}
