package io.felucca.containers.record;

import java.util.concurrent.ThreadLocalRandom;

/** Automatic names of Docker's form, an adjective and the surname of someone who found something out. */
public final class NameWords {

    private static final String[] ADJECTIVES = words("""
            able agile airy alert amber ample amused apt ardent astute august autumn avid awake azure balmy
            blithe bold brave breezy bright brisk buoyant calm candid careful caring casual chatty cheerful
            civil classy clear clever cordial cosy courteous crisp curious dainty daring dashing deft devoted
            diligent discreet dreamy driven eager earnest easy elated elegant eloquent ethical exact fair
            famous fearless fervent festive fluent fond frank friendly frosty frugal gallant generous gentle
            genuine gifted gleaming glad golden graceful gracious grand grateful happy hardy hearty helpful
            honest hopeful humble humorous ideal jaunty jolly jovial joyful keen kind lively logical loyal
            lucid lucky mellow merry mighty mindful modest musical neat nimble noble novel open orderly patient
            peaceful pensive placid playful pleasant plucky poetic polite practical prompt proud prudent
            punctual quick quiet radiant ready relaxed reliable restful robust rosy rustic sage savvy serene
            sharp silent sincere skilled sleek smiling snappy sober spirited spry stable steady stellar stoic
            sturdy subtle sunny supple sure swift tactful tender thankful thorough thrifty tidy tranquil trusty
            upbeat urbane useful valiant vibrant vigilant vivid warm wavy whimsical willing windy wise witty
            worthy young zealous zesty""");

    private static final String[] SURNAMES = words("""
            abel adams agnesi ampere apgar archimedes aristarchus arrhenius avogadro babbage bacon banach
            banneker bardeen becquerel bell bernoulli bhaskara blackwell bohr boltzmann boole born bose boyle
            brahe brahmagupta brunel burnell cantor carnot carson cauchy cavendish celsius chandrasekhar
            chebyshev church clausius copernicus coulomb curie cuvier dalton darwin davy democritus descartes
            dijkstra diophantus dirac doppler earhart eastwood edison einstein elion engelbart eratosthenes
            erdos euclid euler faraday fermat fermi feynman fibonacci fleming floyd foucault fourier franklin
            fresnel galilei galois galvani gauss germain gibbs goldberg goodall grothendieck haldane hamilton
            harvey hawking heisenberg helmholtz henry herschel hertz hilbert hipparchus hodgkin hooke hopper
            hubble huygens hypatia jackson jenner johnson joliot joule kalam kapitsa kepler khayyam kirchhoff
            knuth koch kolmogorov kovalevskaya lagrange lalande lamarck lamarr landau laplace lavoisier leakey
            leavitt legendre leibniz lichterman lomonosov lorentz lovelace lumiere lyell mach malpighi marconi
            maxwell mayer mccarthy mcclintock meitner mendel mendeleev michelson mirzakhani montalcini morse
            napier nash newton nightingale nobel noether oersted ohm oppenheimer pascal pasteur pauli pauling
            payne perlman planck poincare poisson ptolemy pythagoras raman ramanujan rayleigh riemann ritchie
            roentgen rubin rutherford sagan salk sanger schrodinger shannon shockley sinoussi snell somerville
            stokes swartz szilard tesla thales thomson torricelli townes turing vaughan vesalius vinci volta
            wallace watt weierstrass wien wiles wozniak wright wu yalow yonath zhukovsky""");

    private NameWords() {}

    public static String any() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return ADJECTIVES[random.nextInt(ADJECTIVES.length)] + "_" + SURNAMES[random.nextInt(SURNAMES.length)];
    }

    private static String[] words(String text) {
        return text.trim().split("\\s+");
    }
}
