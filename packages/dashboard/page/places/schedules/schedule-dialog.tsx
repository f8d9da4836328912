import { type JsonObject, SCHEDULE_OVERLAPS, type ScheduleRequest, type ScheduleView } from '@opscore/contract'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Form, Input, Label, TextArea, TextField } from 'react-aria-components'
import { useOpsCore } from '../../access/ops-core.tsx'
import { problemOf } from '../../data/problem.ts'
import { Button } from '../../design-system/button.tsx'
import { Notice } from '../../design-system/notice.tsx'
import { PageDialog } from '../../design-system/page-dialog.tsx'

type Typed = Record<
  'scheduleId' | 'workflowId' | 'agentId' | 'cron' | 'interval' | 'timeZone' | 'overlap' | 'catchUp' | 'input',
  string
>

const LABELS: Partial<Record<keyof Typed, string>> = {
  workflowId: 'Workflow, by id',
  agentId: 'Agent, by id: what the sessions belong to',
  cron: 'Cron: minute, hour, day, month, day of the week',
  interval: 'Or every so long, such as 15m',
  timeZone: 'Zone in which cron is read',
  catchUp: 'A time that was missed begins up to so long after, such as 1h; none: it is left out',
}

const NAMES = Object.keys(LABELS) as (keyof Typed)[]

/** Makes a schedule, or changes one. Ops-Core checks it, and says what is wrong. */
export function ScheduleDialog({ schedule, onClose }: { schedule?: ScheduleView; onClose: () => void }) {
  const { client } = useOpsCore()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [typed, setTyped] = useState<Typed>(() => typedOf(schedule))
  const set = (name: keyof Typed) => (text: string) => setTyped((before) => ({ ...before, [name]: text }))
  const workflows = useQuery({
    queryKey: ['workflows-to-schedule'],
    queryFn: async ({ signal }) => (await client.workflows.list({ limit: 200, signal })).items,
  })
  const [problem, setProblem] = useState<string>()
  const save = useMutation({
    mutationFn: (asked: ScheduleRequest) => {
      return schedule
        ? client.schedules.put(schedule.scheduleId, asked)
        : client.schedules.create({ scheduleId: typed.scheduleId.trim(), ...asked })
    },
    async onSuccess({ scheduleId }) {
      onClose()
      await Promise.all(['schedules', 'schedule'].map((name) => queries.invalidateQueries({ queryKey: [name] })))
      await navigate({ to: '/schedules/$scheduleId', params: { scheduleId } })
    },
  })
  return (
    <PageDialog isOpen title={schedule ? `Change ${schedule.scheduleId}` : 'New schedule'} onClose={onClose}>
      <Form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          const read = inputOf(typed.input)
          setProblem('problem' in read ? read.problem : undefined)
          if ('value' in read) save.mutate(requestOf(typed, read.value, schedule))
        }}
      >
        {schedule ? null : (
          <TextField className="field" value={typed.scheduleId} onChange={set('scheduleId')} isRequired autoFocus>
            <Label>Its id, such as nightly-report</Label>
            <Input spellCheck={false} autoComplete="off" />
          </TextField>
        )}
        {NAMES.map((name) => (
          <TextField key={name} className="field" value={typed[name]} onChange={set(name)}>
            <Label>{LABELS[name]}</Label>
            <Input spellCheck={false} autoComplete="off" list={name === 'workflowId' ? 'workflows' : undefined} />
          </TextField>
        ))}
        <datalist id="workflows">
          {workflows.data?.map(({ id }) => (
            <option key={id} value={id} />
          ))}
        </datalist>
        <Overlap value={typed.overlap} onChange={set('overlap')} />
        <TextField className="field" value={typed.input} onChange={set('input')}>
          <Label>Input of each session, a JSON object; none: none</Label>
          <TextArea rows={3} spellCheck={false} placeholder="{}" />
        </TextField>
        {problem === undefined ? null : <Notice tone="bad">{problem}</Notice>}
        {save.isError ? <Notice tone="bad">{problemOf(save.error).detail}</Notice> : null}
        <div className="row dialog-foot">
          <Button onPress={onClose}>Leave it</Button>
          <Button kind="main" type="submit" isPending={save.isPending}>
            {schedule ? 'Change it' : 'Make it'}
          </Button>
        </div>
      </Form>
    </PageDialog>
  )
}

function Overlap({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  return (
    <div className="field">
      <label htmlFor="overlap">Where a session of an earlier time is open</label>
      <select id="overlap" className="select" value={value} onChange={({ target }) => onChange(target.value)}>
        {SCHEDULE_OVERLAPS.map((overlap) => (
          <option key={overlap} value={overlap}>
            {MEANINGS[overlap]}
          </option>
        ))}
      </select>
    </div>
  )
}

const MEANINGS: Record<(typeof SCHEDULE_OVERLAPS)[number], string> = {
  skip: 'skip the time',
  queue: 'wait until that has ended',
  cancel: 'cancel that one',
  allow: 'let both run',
}

function typedOf(schedule: ScheduleView | undefined): Typed {
  const {
    workflowId = '',
    agentId = '',
    cron = '',
    interval = '',
    overlap = 'skip',
    catchUp = '',
    input,
  } = schedule ?? {}
  const timeZone = schedule?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  const written = input === undefined || input === null ? '' : JSON.stringify(input, null, 2)
  return {
    ...{ scheduleId: schedule?.scheduleId ?? '', workflowId, agentId, cron, interval: String(interval), timeZone },
    ...{ overlap, catchUp: String(catchUp), input: written },
  }
}

function inputOf(text: string): { value: JsonObject | null } | { problem: string } {
  if (text.trim() === '') return { value: null }
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    return { problem: `The input is no JSON: ${error instanceof Error ? error.message : error}` }
  }
}

/** What is not in the form stays as it was. */
function requestOf(typed: Typed, input: JsonObject | null, schedule: ScheduleView | undefined): ScheduleRequest {
  const text = (name: keyof Typed) => typed[name].trim()
  const overlap = SCHEDULE_OVERLAPS.find((one) => one === typed.overlap) ?? 'skip'
  const { exceptDates, jitter, pauseAfterFailures } = schedule ?? {}
  return {
    ...{ workflowId: text('workflowId'), agentId: text('agentId'), overlap, input },
    ...(text('cron') === '' ? {} : { cron: text('cron'), timeZone: text('timeZone') }),
    ...(text('interval') === '' ? {} : { interval: text('interval') }),
    ...(text('catchUp') === '' ? {} : { catchUp: text('catchUp') }),
    ...(exceptDates === undefined ? {} : { exceptDates }),
    ...(jitter === undefined ? {} : { jitter }),
    ...(pauseAfterFailures === undefined ? {} : { pauseAfterFailures }),
  }
}
