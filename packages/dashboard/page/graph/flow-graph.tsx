import './graph.css'
import '@xyflow/react/dist/base.css'
import {
  Background,
  type Edge,
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
} from '@xyflow/react'
import { useMemo, useRef, useState } from 'react'
import { Button } from '../design-system/button.tsx'
import type { StatusLook } from '../design-system/look.ts'
import { StatusIcon } from '../design-system/state/status-icon.tsx'
import { type Flow, type FlowEdge, type FlowNode, folded } from './flow.ts'
import { type Direction, NODE, type Placed } from './layout.ts'
import { useGrowing } from './use-growing.ts'
import { usePlacedFlow } from './use-placed-flow.ts'

interface Props {
  flow: Flow
  label: string
  direction: Direction
  /** How the tasks of a node stand; `undefined` where the graph is of a definition. */
  lookOf?: (node: FlowNode) => StatusLook | undefined
  chosen?: string | undefined
  onChoose?: (taskId: string) => void
}

/** Nodes and edges that are drawn in one frame: some 20 ms. */
const PART = 60

type TaskNode = Node<{ node: FlowNode; look: StatusLook | undefined; isChosen: boolean; direction: Direction }, 'task'>

/** Which task leads to which. Large fan-outs are one node until they are opened. */
export function FlowGraph({ flow, label, direction, lookOf, chosen, onChoose }: Props) {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  const drawn = useMemo(() => folded(flow, opened), [flow, opened])
  const { placed, problem } = usePlacedFlow(drawn, direction)
  const nodes = useMemo<TaskNode[]>(() => {
    if (placed === undefined) return []
    return placed.flow.nodes.map((node) => ({
      ...{ id: node.id, type: 'task' as const, position: placed.positions.get(node.id) ?? { x: 0, y: 0 }, ...NODE },
      data: { node, direction, look: lookOf?.(node), isChosen: chosen !== undefined && node.members.includes(chosen) },
    }))
  }, [placed, lookOf, chosen, direction])
  const edges = useMemo(() => placed?.flow.edges.map(drawnEdge) ?? [], [placed])
  const frame = useRef<HTMLElement>(null)
  const count = useGrowing(placed, nodes.length + edges.length, PART)
  if (problem !== undefined) return <p className="in-place soft">{problem}</p>

  function press(node: FlowNode) {
    const [only, ...more] = node.members
    if (more.length > 0) setOpened(new Set([...opened, node.id]))
    else if (only !== undefined) onChoose?.(only)
  }

  return (
    <section ref={frame} className="graph" aria-label={label} aria-busy={placed === undefined}>
      <ReactFlowProvider>
        {placed === undefined ? null : (
          <ReactFlow
            key={placed.flow.nodes.length}
            nodeTypes={NODE_TYPES}
            nodes={nodes.slice(0, count)}
            edges={edges.slice(0, Math.max(0, count - nodes.length))}
            onInit={(flow) => void flow.fitBounds(inSight(placed, frame.current))}
            onNodeClick={(_event, { data }) => press(data.node)}
            onlyRenderVisibleElements
            minZoom={0.05}
            nodesDraggable={false}
            nodesConnectable={false}
            proOptions={{ hideAttribution: true }}
          >
            <Background gap={22} />
          </ReactFlow>
        )}
      </ReactFlowProvider>
      {opened.size === 0 ? null : (
        <div className="graph-tools">
          <Button onPress={() => setOpened(new Set())}>Fold the fan-outs</Button>
        </div>
      )}
    </section>
  )
}

/** All of a graph, and around a small one so much that it is not drawn larger than it is. */
function inSight({ width, height }: Placed, frame: HTMLElement | null) {
  const [roomX, roomY] = frame === null ? [0, 0] : [frame.clientWidth * 0.85, frame.clientHeight * 0.85]
  const [allX, allY] = [Math.max(width, roomX), Math.max(height, roomY)]
  return { x: (width - allX) / 2, y: (height - allY) / 2, width: allX, height: allY }
}

function drawnEdge({ from, to, kind, when }: FlowEdge): Edge {
  return {
    ...{ id: `${from}\n${to}`, source: from, target: to, type: 'default', focusable: false },
    className: `edge-${kind}`,
    ...(when === undefined ? {} : { label: when.length > 40 ? `${when.slice(0, 40)}…` : when }),
  }
}

const NODE_TYPES = { task: TaskBox }

function TaskBox({ data: { node, look, isChosen, direction } }: NodeProps<TaskNode>) {
  return (
    <div
      className="graph-node"
      data-tone={look?.tone}
      data-chosen={isChosen ? '' : undefined}
      data-many={node.members.length > 1 ? '' : undefined}
    >
      <Handle type="target" position={direction === 'DOWN' ? Position.Top : Position.Left} isConnectable={false} />
      {look === undefined ? null : <StatusIcon shape={look.shape} />}
      <span className="grow clip">
        <span className="clip foreign graph-name">{node.name}</span>
        <span className="clip faint foreign">{look?.word ?? node.id}</span>
      </span>
      <Handle type="source" position={direction === 'DOWN' ? Position.Bottom : Position.Right} isConnectable={false} />
    </div>
  )
}
