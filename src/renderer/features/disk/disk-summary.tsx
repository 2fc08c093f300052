import type { ReactNode } from 'react';
import { formatBytes } from '../../../shared/format-bytes.ts';
import type { DiskReport } from '../../../shared/models/disk.ts';
import { count } from '../../ui/format.ts';

/** Space by kind. */
export function DiskSummary({ report }: { report: DiskReport }): ReactNode {
  const { images, volumes, snapshots } = report;
  const facts: readonly (readonly [string, string])[] = [
    ['Images', `${formatBytes(report.imagesBytes)} in ${count(images.length, 'image')}`],
    ['Containers', formatBytes(report.containersBytes)],
    ['Volumes', `${formatBytes(report.volumesBytes)} in ${count(volumes.length, 'volume')}`],
    ['Build cache', formatBytes(report.buildCacheBytes)],
    ['Snapshots', `${formatBytes(snapshots.bytes)} in ${count(snapshots.count, 'snapshot')}`],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="numbers">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
