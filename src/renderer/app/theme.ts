import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** Blue-green of harbour water. Shade 7 carries white text at 4.6 : 1. */
const harbor: MantineColorsTuple = [
  '#e7f6f9',
  '#d0eaf0',
  '#a2d4df',
  '#70bdcd',
  '#48a9be',
  '#2e9bb3',
  '#1c8da6',
  '#0c7c95',
  '#056b82',
  '#005a6e',
];

/** Cool slate: 0 text … 7 the window's ground, 8 the sidebar. */
const dark: MantineColorsTuple = [
  '#d9dee5',
  '#b6bdc8',
  '#929bab',
  '#6a7484',
  '#363e4a',
  '#29303a',
  '#1f262f',
  '#171c23',
  '#12161c',
  '#0d1015',
];

const gray: MantineColorsTuple = [
  '#f5f7f9',
  '#edf0f3',
  '#dfe4e9',
  '#cfd6dd',
  '#b3bcc6',
  '#8c96a2',
  '#67717d',
  '#4b545f',
  '#333b45',
  '#1f252d',
];

export const theme = createTheme({
  primaryColor: 'harbor',
  primaryShade: { light: 7, dark: 7 },
  colors: { harbor, dark, gray },
  black: '#1b2128',
  fontFamily: 'Inter, "Segoe UI", -apple-system, BlinkMacSystemFont, Roboto, "Noto Sans", "Liberation Sans", sans-serif',
  fontFamilyMonospace:
    '"JetBrains Mono", ui-monospace, SFMono-Regular, "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '19px' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '20px', lineHeight: '1.3' },
      h2: { fontSize: '15px', lineHeight: '1.4' },
      h3: { fontSize: '13px', lineHeight: '1.4' },
    },
  },
  defaultRadius: 'sm',
  radius: { xs: '3px', sm: '5px', md: '8px', lg: '12px', xl: '20px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm', fw: 500 } },
    Switch: { defaultProps: { withThumbIndicator: false } },
    InputWrapper: { styles: { label: { fontWeight: 500 } } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', c: 'dimmed' } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true, multiline: true } },
    Badge: { defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 500 } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45 }, closeButtonProps: { 'aria-label': 'Close' } } },
    Drawer: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Skeleton: { defaultProps: { radius: 'sm' } },
    Table: { defaultProps: { verticalSpacing: 7, horizontalSpacing: 'sm', fz: 'sm' } },
  },
});

/** Quiet text keeps 4.5 : 1 on both grounds. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: { '--mantine-color-dimmed': gray[6], '--sidebar-bg': gray[0], '--hairline': gray[2], '--raised': '#ffffff', '--quiet-fill': gray[1] },
  dark: { '--mantine-color-dimmed': dark[2], '--sidebar-bg': dark[8], '--hairline': dark[5], '--raised': '#1b2129', '--quiet-fill': dark[6] },
});
