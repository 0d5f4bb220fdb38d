/** The preview's stand-ins for HubSpot's components, drawn to text. */
import * as sdk from '@hubspot/ui-extensions';
import * as pages from '@hubspot/ui-extensions/pages';
import * as home from '@hubspot/ui-extensions/pages/home';
import { createElement, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { controller } from '../../src/sandbox/preview/browser/host/components.tsx';
import { ShellProvider } from '../../src/sandbox/preview/browser/shell.tsx';

// Everything the SDK exports with a capital is a component, but for these.
const others: ReadonlySet<string> = new Set([
  'ExtensionEvent',
  'FormSubmitExtensionEvent',
  'RemoteEvent',
  'ServerlessExecutionStatus',
  'EXTENSION_POINT_LOCATIONS',
]);
// Routes are read by the router and never drawn.
const drawn = Object.keys({ ...sdk, ...pages, ...home }).filter((name) => name !== 'PageRoutes');
const names = drawn.filter((name) => /^[A-Z]/.test(name) && !others.has(name));

const chart = {
  data: [
    { month: 'Jan', deals: 2 },
    { month: 'Feb', deals: 5 },
    { month: 'Feb', deals: 1 },
  ],
  axes: { x: { field: 'month', fieldType: 'category' }, y: { field: 'deals', fieldType: 'linear' } },
};
const options = [
  { label: 'One', value: 'one' },
  { label: 'Two', value: 'two' },
];
const input = { name: 'field', label: 'Field' };

/** Properties without which a component makes no sense; the rest is drawn with children alone. */
const required: Readonly<Record<string, object>> = {
  AutoGrid: { columnWidth: 120 },
  BarChart: chart,
  CurrencyInput: input,
  DateInput: { ...input, value: { year: 2026, month: 5, date: 15 } },
  DescriptionListItem: { label: 'Label' },
  Input: input,
  LineChart: chart,
  LoadingSpinner: { label: 'Loading' },
  Modal: { id: 'modal' },
  MultiSelect: { ...input, options, value: ['two'] },
  NumberInput: { ...input, value: 3 },
  Panel: { id: 'panel' },
  ScoreCircle: { score: 40 },
  SearchInput: input,
  Select: { ...input, options, value: 'one' },
  StatisticsItem: { label: 'Deals', number: 3 },
  StatisticsTrend: { value: '5 %', direction: 'increase' },
  StepIndicator: { stepNames: ['Contacted', 'Replied'], currentStep: 1 },
  StepperInput: { ...input, value: 3 },
  TextArea: input,
  Textarea: input,
  TimeInput: { ...input, value: { hours: 9, minutes: 5 } },
  Toggle: { label: 'Toggle' },
  ToggleGroup: { ...input, options },
};
const childless: ReadonlySet<string> = new Set(['Image']);

function draw(name: string, props: object = {}, children: ReactNode = 'inside'): string {
  const component = createElement(controller.get(name), props, childless.has(name) ? undefined : children);
  return renderToStaticMarkup(createElement(ShellProvider, null, component));
}

describe('the preview draws every stable component of the SDK', () => {
  it('of which there are many', () => {
    expect(names.length).toBeGreaterThan(60);
  });

  it.each(names)('%s', (name) => {
    const drawn = draw(name, required[name] ?? {});
    expect(drawn).not.toContain('does not draw');
    expect(drawn).not.toMatch(/undefined|NaN|\[object/);
  });

  it.each(['CrmReport', 'SettingsView', 'SomethingNew'])('and says so where it cannot: %s', (name) => {
    const drawn = draw(name);
    expect(drawn).toContain(`The preview does not draw “${name}”; HubSpot does.`);
    expect(drawn).toContain('inside');
  });
});

describe('details that extensions rely on', () => {
  it.each([
    [32, '#f2545b'],
    [33, '#f5c26b'],
    [65, '#f5c26b'],
    [66, '#00bda5'],
  ])('a score of %i has HubSpot’s colour', (score, colour) => {
    expect(draw('ScoreCircle', { score })).toContain(colour);
  });

  it('a chart sums rows of the same x value', () => {
    expect(draw('BarChart', chart)).toContain('Feb: 6');
  });

  it('a chart has a line, a name and a column of numbers for each group', () => {
    const grouped = {
      data: [
        { week: '2026-06-01', status: 'active', partners: 8 },
        { week: '2026-06-01', status: 'inactive', partners: 2 },
        { week: '2026-06-08', status: 'active', partners: 7 },
      ],
      axes: {
        x: { field: 'week', fieldType: 'datetime' },
        y: { field: 'partners', fieldType: 'linear' },
        options: { groupFieldByColor: 'status', stacking: true, colors: { inactive: 'pink' } },
      },
      options: { showLegend: true },
    };
    for (const name of ['LineChart', 'BarChart']) {
      const chart = draw(name, grouped);
      expect(chart).toContain('<th scope="col">active</th><th scope="col">inactive</th>');
      expect(chart).toContain('<th scope="row">1 Jun</th><td>8</td><td>2</td>');
      expect(chart).toContain('<th scope="row">8 Jun</th><td>7</td><td></td>');
      expect(chart).toContain('#f2a2c0');
    }
  });

  it('a link to a record stays in the preview', () => {
    const href = 'https://app.hubspot.com/contacts/1/record/0-2/102';
    expect(draw('Link', { href })).toContain('href="/contacts/1/record/0-2/102" data-inside=""');
    expect(draw('Link', { href: 'https://app.hubspot.com.evil.example/x' })).toContain('target="_blank"');
  });

  it('an input hears its description, its error and that it is needed', () => {
    const described = { ...input, description: 'Help', error: true, validationMessage: 'No', required: true };
    expect(draw('Input', described)).toMatch(
      /aria-describedby="\S+-description \S+-message" aria-invalid="true" aria-required="true"/,
    );
  });

  it('HubSpot’s months start at 0', () => {
    expect(draw('DateInput', required['DateInput'])).toContain('2026-06-15');
  });

  it('an address that is not of the web never becomes a link', () => {
    const script = ['java', 'script:alert(1)'].join('');
    expect(draw('Link', { href: script })).not.toContain('href');
    expect(draw('Link', { href: { url: 'https://example.com', external: true } })).toContain(
      'href="https://example.com"',
    );
  });
});
