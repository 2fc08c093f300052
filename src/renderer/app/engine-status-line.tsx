import { Text, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import type { EngineStatus } from '../../shared/models/engine.ts';
import { StateDot } from '../ui/state-dot.tsx';
import type { StateLook } from '../ui/state-look.ts';
import { useEngine } from './use-engine.ts';

/** One quiet line at the foot of the sidebar. */
export function EngineStatusLine(): ReactNode {
  const { look, words, tip } = describe(useEngine());
  return (
    <Tooltip label={tip} position="top-start">
      <div className="engine-line" role="status" aria-label={`Engine: ${look.label}. ${words}`} tabIndex={0}>
        <StateDot look={look} />
        <Text size="xs" c="dimmed" truncate>
          {words}
        </Text>
      </div>
    </Tooltip>
  );
}

function describe(engine: EngineStatus | undefined): { look: StateLook; words: string; tip: string } {
  switch (engine?.state) {
    case undefined:
    case 'connecting': {
      const words = engine?.detail ?? 'Looking for an engine';
      return { look: { label: 'Connecting', color: 'blue', lively: true }, words: `${words}…`, tip: words };
    }
    case 'connected':
      return {
        look: { label: 'Connected', color: 'teal' },
        words: `Engine ${engine.version.replace(/\+.*/, '')} on ${engine.name}${engine.private ? ', own' : ''}`,
        tip: `${engine.address} (${engine.origin})`,
      };
    case 'unavailable':
      return { look: { label: 'Unavailable', color: 'red' }, words: 'No engine', tip: engine.problem.message };
  }
}
