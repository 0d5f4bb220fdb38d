import { Flex, Heading } from '@hubspot/ui-extensions';
import type { ReactNode } from 'react';

/** What belongs together on the settings page, under its heading. */
export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Flex direction="column" gap="sm">
      <Heading>{title}</Heading>
      {children}
    </Flex>
  );
}
