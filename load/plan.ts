/** The scenarios of the load plan. How many users they have and how long they last is said in the files of `scenarios/`. */
export interface Scenario {
  id: ScenarioId
  name: string
  /** In `scenarios/`, without its ending. */
  file: string
  shows: string
  /** It starts workflows, so AgentKit and agents are needed to bring them to their end. */
  startsWorkflows: boolean
  /** It is to find what gives, so limits that shed load are lifted. */
  liftsLimits: boolean
  /** Whether what Ops-Core keeps in memory is looked at. */
  watchesMemory: boolean
  /** Processes of Locust: more than one where one could be what is measured. */
  processes: number
}

export const SCENARIO_IDS = ['0', '1', '2', '3', '4', 'climb'] as const
export type ScenarioId = (typeof SCENARIO_IDS)[number]

export const SCENARIOS: Record<ScenarioId, Scenario> = {
  '0': {
    id: '0',
    name: 'minimal',
    file: 'scenario_0_minimal',
    shows: 'the set-up works',
    startsWorkflows: true,
    liftsLimits: false,
    watchesMemory: false,
    processes: 1,
  },
  '1': {
    id: '1',
    name: 'high state update',
    file: 'scenario_1_state_updates',
    shows: 'reports, and the store under them',
    startsWorkflows: false,
    liftsLimits: false,
    watchesMemory: false,
    processes: 1,
  },
  '2': {
    id: '2',
    name: 'workflow initiation',
    file: 'scenario_2_workflows',
    shows: "the engine's start",
    startsWorkflows: true,
    liftsLimits: false,
    watchesMemory: false,
    processes: 1,
  },
  '3': {
    id: '3',
    name: 'mixed, realistic',
    file: 'scenario_3_mixed',
    shows: 'what production asks for',
    startsWorkflows: true,
    liftsLimits: false,
    watchesMemory: true,
    processes: 1,
  },
  '4': {
    id: '4',
    name: 'stress',
    file: 'scenario_4_stress',
    shows: 'the breaking point, with think time',
    startsWorkflows: true,
    liftsLimits: true,
    watchesMemory: false,
    processes: 1,
  },
  climb: {
    id: 'climb',
    name: 'stress, second form',
    file: 'scenario_4_climb',
    shows: 'the breaking point, without think time',
    startsWorkflows: true,
    liftsLimits: true,
    watchesMemory: false,
    processes: 2,
  },
}

export const STORAGES = ['redis', 'sqlite'] as const
export type Storage = (typeof STORAGES)[number]
