import {
  Box,
  Flex,
  Heading,
  ScoreCircle,
  Table,
  TableBody,
  TableCell,
  TableRow,
  Text,
} from '@hubspot/ui-extensions';
import { signedPoints } from '../shared/words.ts';
import type { Judged } from './answer.ts';

export function Health({ health }: { health: Judged['health'] }) {
  return (
    <Flex direction="column" gap="sm">
      <Heading>Health</Heading>
      {health === null ? (
        <Text>Not enough is known about this partner to put a number on its health.</Text>
      ) : (
        <Flex direction="row" gap="md" align="center">
          <ScoreCircle score={health.score} />
          <Box flex={1}>
            <Table density="compact" flush={true} bordered={false} testId="contributions">
              <TableBody>
                {health.contributions.map((contribution) => (
                  <TableRow key={contribution.label}>
                    <TableCell>{contribution.label}</TableCell>
                    <TableCell align="right" width="min">
                      {signedPoints(contribution.points)}
                    </TableCell>
                  </TableRow>
                ))}
                <TableRow>
                  <TableCell>
                    <Text format={{ fontWeight: 'demibold' }}>Health, out of 100</Text>
                  </TableCell>
                  <TableCell align="right" width="min">
                    <Text format={{ fontWeight: 'demibold' }}>{health.score}</Text>
                  </TableCell>
                </TableRow>
              </TableBody>
            </Table>
          </Box>
        </Flex>
      )}
    </Flex>
  );
}
