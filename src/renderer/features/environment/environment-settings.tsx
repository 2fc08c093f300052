import { Button, Group, Paper, PasswordInput, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { EnvironmentView } from '../../../shared/models/environment.ts';
import { useApi } from '../../api/api.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { RemoveFromLibrary } from './remove-from-library.tsx';

/** Name, environment profile and the values that the profile asks for. They take effect at the next start. */
export function EnvironmentSettings({ view }: { view: EnvironmentView }): ReactNode {
  const { record, profiles, summary } = view;
  const [name, setName] = useState(record.name);
  const [profile, setProfile] = useState(record.profile ?? null);
  const [values, setValues] = useState(record.values);
  const update = useMutation(useApi().environments.update.mutationOptions());
  const chosen = profiles.find((candidate) => candidate.name === profile);
  const changed =
    name !== record.name || profile !== (record.profile ?? null) || JSON.stringify(values) !== JSON.stringify(record.values);
  return (
    <Stack gap="lg" maw={640}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          update.mutate({ environmentId: record.id, name: name.trim(), profile, values });
        }}
      >
        <Stack gap="md">
          <TextInput
            label="Name"
            description="Unique in the library; the command line takes it too."
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {profiles.length > 0 ? (
            <Select
              label="Profile"
              description={chosen?.description ?? 'A recipe from the files’ x-slipway section.'}
              data={profiles.map((one) => ({ value: one.name, label: one.title }))}
              value={profile}
              onChange={setProfile}
              clearable
              placeholder="None"
            />
          ) : null}
          {chosen?.ask.map((asked) => {
            const Field = asked.secret ? PasswordInput : TextInput;
            return (
              <Field
                key={asked.variable}
                label={asked.title}
                description={asked.secret ? `${asked.variable}, kept as a secret` : asked.variable}
                placeholder={asked.defaultValue ?? ''}
                value={values[asked.variable] ?? ''}
                onChange={(event) => {
                  const { value } = event.currentTarget;
                  setValues((present) => ({ ...present, [asked.variable]: value }));
                }}
              />
            );
          })}
          <Group>
            <Button type="submit" disabled={!changed || name.trim() === ''} loading={update.isPending}>
              Save
            </Button>
            <Text size="xs" c="dimmed">
              Takes effect at the next start.
            </Text>
          </Group>
        </Stack>
      </form>
      <Facts view={view} />
      <Paper withBorder p="md" component="section" aria-labelledby="remove-title">
        <Title order={2} id="remove-title">
          Remove from the library
        </Title>
        <Text size="sm" c="dimmed" mb="sm">
          Takes it out of the list. Its files and its snapshots stay where they are.
        </Text>
        <RemoveFromLibrary environment={summary} />
      </Paper>
    </Stack>
  );
}

function Facts({ view: { record, volumes } }: { view: EnvironmentView }): ReactNode {
  const facts: readonly (readonly [string, string])[] = [
    ['Folder', record.directory],
    ['Files', record.files.length > 0 ? record.files.join('\n') : 'Found in the folder at each start'],
    ['Project name', record.projectName],
    ['Volumes', volumes.map((volume) => volume.name).join('\n') || 'None'],
  ];
  return (
    <dl className="facts">
      {facts.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>
            <span className="fact-value">{value}</span>
            <CopyButton text={value} what={term.toLowerCase()} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
