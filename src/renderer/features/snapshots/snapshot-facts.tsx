import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { formatBytes } from '../../../shared/format-bytes.ts';
import type { SnapshotDetails } from '../../../shared/models/snapshot.ts';
import { useApi } from '../../api/api.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { count, formatMoment } from '../../ui/format.ts';
import { consistencyWords, databaseWords } from './snapshot-words.ts';

/** When, how and of what a snapshot was taken. */
export function SnapshotFacts({ snapshot }: { snapshot: SnapshotDetails }): ReactNode {
  const databases = useQuery(useApi().snapshots.databases.queryOptions({ input: { snapshotId: snapshot.id }, staleTime: Infinity })).data ?? [];
  const files = snapshot.volumes.reduce((sum, volume) => sum + volume.files, 0);
  return (
    <dl className="facts">
      <Fact name="Taken">
        {formatMoment(snapshot.createdAt)} on {snapshot.engine.name} {snapshot.engine.version}. {consistencyWords[snapshot.consistency]}.
      </Fact>
      <Fact name="Size">
        {formatBytes(snapshot.logicalBytes)} in {count(files, 'file')}; {formatBytes(snapshot.packedBytes)} stored, of which{' '}
        {formatBytes(snapshot.newBytes)} were new
      </Fact>
      {databases.length === 0 ? null : (
        <Fact name="Databases">{databases.map((one) => databaseWords(one, snapshot)).join(', ')}</Fact>
      )}
      {snapshot.maskedFrom === undefined ? null : <Fact name="Masked">{`A copy fit for others, of ${snapshot.maskedFrom.slice(0, 19)}…`}</Fact>}
      <Fact name="Images">
        <div className="fact-list">
          {Object.entries(snapshot.images).map(([reference, digest]) => (
            <Text key={reference} size="sm" className="fact-value">
              {reference}{' '}
              <Text span inherit c="dimmed">
                {digest.slice(0, 19)}…
              </Text>
            </Text>
          ))}
          {Object.keys(snapshot.images).length === 0 ? <Text size="sm">Nothing ran</Text> : null}
        </div>
      </Fact>
      <Fact name="ID">
        <span className="fact-value">{snapshot.id}</span>
        <CopyButton text={snapshot.id} what="ID of the snapshot" />
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{typeof children === 'string' ? children : <span className="fact-words">{children}</span>}</dd>
    </div>
  );
}
