/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KSTOPCTL_PHASES_H
#define KSTOPCTL_PHASES_H

/**
 * struct phase - what a CPU is about in a stop
 * @name:	in JSON, and in legends
 * @letter:	in the terminal
 * @weight:	of those that share a column the heaviest is seen
 * @colour:	in the terminal
 * @fill:	in a drawing; colours that also the colour-blind tell apart
 * @text:	what that means
 */
struct phase {
	const char	*name;
	char		letter;
	int		weight;
	const char	*colour;
	const char	*fill;
	const char	*text;
};

#define PHASES	6

extern const struct phase phases[PHASES];

const struct phase *phase_find(const char *name);

#endif
