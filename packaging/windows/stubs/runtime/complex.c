/* The functions on complex numbers that Wine 8's C runtime (ucrtbase.dll) only declares, so that numpy loads there.
   The chain puts this library in its place; everything else is forwarded to Wine's own, which is kept as wine_ucrt.dll.
   Structures, not C's complex types: they are passed and returned as Microsoft's compiler does it; its long double is a
   double. For the Wine of the tests only, never shipped. */
#include <complex.h>

typedef struct { double part[2]; } wide;
typedef struct { float part[2]; } narrow;

static inline double complex wide_in(wide z) { return __builtin_complex(z.part[0], z.part[1]); }
static inline float complex narrow_in(narrow z) { return __builtin_complex(z.part[0], z.part[1]); }
static inline wide wide_out(double complex z) { return (wide){{creal(z), cimag(z)}}; }
static inline narrow narrow_out(float complex z) { return (narrow){{crealf(z), cimagf(z)}}; }

#define TURN(name) \
    wide ours_##name(wide z) { return wide_out(name(wide_in(z))); } \
    wide ours_##name##l(wide z) { return wide_out(name(wide_in(z))); } \
    narrow ours_##name##f(narrow z) { return narrow_out(name##f(narrow_in(z))); }

#define MEASURE(name) \
    double ours_##name(wide z) { return name(wide_in(z)); } \
    double ours_##name##l(wide z) { return name(wide_in(z)); } \
    float ours_##name##f(narrow z) { return name##f(narrow_in(z)); }

TURN(ccos) TURN(ccosh) TURN(cexp) TURN(csin) TURN(csinh) TURN(ctan) TURN(ctanh)
MEASURE(cabs) MEASURE(carg) MEASURE(cimag) MEASURE(creal)

wide ours_cpow(wide z, wide w) { return wide_out(cpow(wide_in(z), wide_in(w))); }
wide ours_cpowl(wide z, wide w) { return wide_out(cpow(wide_in(z), wide_in(w))); }
narrow ours_cpowf(narrow z, narrow w) { return narrow_out(cpowf(narrow_in(z), narrow_in(w))); }
