/**
 * HubSpot's components as plain page elements. What is missing here shows as a box that says so; an extension never
 * breaks the page (hubspot-platform.md section 6.1 has the whole list).
 */
import { createController, type ComponentMapping, type Controller } from '@remote-ui/react/host';
import type { ComponentType, ReactNode } from 'react';
import * as actions from './actions.tsx';
import * as charts from './charts.tsx';
import * as choices from './choices.tsx';
import * as crm from './crm.tsx';
import * as dateInputs from './date-inputs.tsx';
import * as feedback from './feedback.tsx';
import * as inputs from './inputs.tsx';
import * as layout from './layout.tsx';
import * as overlays from './overlays.tsx';
import * as pages from './pages.tsx';
import * as structure from './structure.tsx';
import * as text from './text.tsx';
import * as toggles from './toggles.tsx';

const components: ComponentMapping = {
  Accordion: structure.Accordion,
  Alert: feedback.Alert,
  AutoGrid: layout.AutoGrid,
  BarChart: charts.BarChart,
  Box: layout.Box,
  Button: actions.Button,
  ButtonRow: actions.ButtonRow,
  Card: layout.Card,
  Checkbox: toggles.Checkbox,
  CrmActionButton: crm.CrmActionButton,
  CrmActionLink: crm.CrmActionLink,
  CrmCardActions: crm.CrmCardActions,
  CurrencyInput: inputs.CurrencyInput,
  DateInput: dateInputs.DateInput,
  DescriptionList: text.DescriptionList,
  DescriptionListItem: text.DescriptionListItem,
  Divider: layout.Divider,
  Dropdown: actions.Dropdown,
  DropdownButtonItem: actions.DropdownButtonItem,
  EmptyState: feedback.EmptyState,
  ErrorState: feedback.ErrorState,
  Flex: layout.Flex,
  Form: choices.Form,
  HeaderActions: pages.Actions,
  Heading: text.Heading,
  Icon: text.Icon,
  Illustration: text.Illustration,
  Image: text.Image,
  Inline: layout.Inline,
  Input: inputs.Input,
  LineChart: charts.LineChart,
  Link: text.Link,
  List: text.List,
  LoadingButton: actions.LoadingButton,
  LoadingSpinner: feedback.LoadingSpinner,
  Modal: overlays.Modal,
  ModalBody: overlays.OverlayBody,
  ModalFooter: overlays.OverlayFooter,
  MultiSelect: choices.MultiSelect,
  NumberInput: inputs.NumberInput,
  PageBreadcrumbs: pages.PageBreadcrumbs,
  PageBreadcrumbsCurrent: pages.PageBreadcrumbsCurrent,
  PageBreadcrumbsPageLink: pages.PageLink,
  PageHeader: pages.Actions,
  PageHeaderLink: pages.PageHeaderLink,
  PageHeaderPageLink: pages.PageLink,
  PageHeaderPrimaryAction: pages.Actions,
  PageHeaderSecondaryActions: pages.Actions,
  PageLink: pages.PageLink,
  PageTitle: pages.PageTitle,
  Panel: overlays.Panel,
  PanelBody: overlays.OverlayBody,
  PanelFooter: overlays.OverlayFooter,
  PanelSection: overlays.PanelSection,
  PrimaryHeaderActionButton: pages.PrimaryHeaderActionButton,
  ProgressBar: feedback.ProgressBar,
  RadioButton: toggles.RadioButton,
  ScoreCircle: feedback.ScoreCircle,
  SearchInput: inputs.SearchInput,
  SecondaryHeaderActionButton: actions.Button,
  Select: choices.Select,
  Spacer: layout.Spacer,
  Stack: layout.Stack,
  Statistics: feedback.Statistics,
  StatisticsItem: feedback.StatisticsItem,
  StatisticsTrend: feedback.StatisticsTrend,
  StatusTag: text.StatusTag,
  StepIndicator: feedback.StepIndicator,
  StepperInput: inputs.StepperInput,
  Tab: structure.Tab,
  Table: structure.Table,
  TableBody: structure.TableBody,
  TableCell: structure.TableCell,
  TableFooter: structure.TableFooter,
  TableHead: structure.TableHead,
  TableHeader: structure.TableHeader,
  TableRow: structure.TableRow,
  Tabs: structure.Tabs,
  Tag: text.Tag,
  Text: text.Text,
  TextArea: inputs.TextArea,
  Textarea: inputs.TextArea,
  Tile: layout.Tile,
  TimeInput: dateInputs.TimeInput,
  Toggle: toggles.Toggle,
  ToggleGroup: toggles.ToggleGroup,
  Tooltip: text.Tooltip,
};

function unsupported(name: string): ComponentType<{ children?: ReactNode }> {
  return function Unsupported({ children }) {
    return (
      <div className="unsupported" role="note">
        <div>The preview does not draw “{name}”; HubSpot does.</div>
        {children}
      </div>
    );
  };
}

const known = createController(components);
const strangers = new Map<string, ComponentType<{ children?: ReactNode }>>();

export const controller: Controller = {
  renderer: known.renderer,
  get(type) {
    const name = String(type);
    if (Object.hasOwn(components, name)) return known.get(name);
    const stranger = strangers.get(name) ?? unsupported(name);
    strangers.set(name, stranger);
    return stranger;
  },
};
