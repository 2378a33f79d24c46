import { wordSet } from '../word-set.ts';

/** Further Portuguese words that are right as they are, hand-picked. */
export const VOCABULARY: ReadonlySet<string> = wordSet(`
abacate abacaxi abóbora abraço absolutamente academia aceitar acidente acionista acontecer acordar açougueiro
acreditar açúcar adorar adulto advogado aeroporto afinal agência agenda agradável ajuste alarme aldeia alface algo
algodão alho alicate aluguel aluno alunos ambiente ameaça ameixa amizade amostra análise animais animal aniversário
anterior antes antiga antigo anúncio aparecer aparelho aparência apelido apesar apoio aposentado aposta apresentação
apresentar aproveitar aquecer área areia argumento arma armário arquivo arte artigo artista árvore árvores asa aspecto
assinar assinatura assistir associação ata atacar ataque atenção atitude ativa ativar atividade atividades ativo ator
atraso atum auditoria aula aulas aumentar aumento ausência autor autora autoridade autoridades auxílio avaliação
avaliar avenida avisar avó avô azar azeite azeitona bacia bagagem bairro baixa baixar baixo balança balcão balde banda
bandeira banho barba barca barco barra barriga base batalha batata beijo beleza benefício bicicleta bilhete biscoito
blusa boca bolsa bolso bomba boné borboleta bota botão braço breve briga brincar brinco brinquedo burro cabeleireiro
cabo cabra cachecol cachoeira caderno cais calça calçada cálculo calendário camarão campanha campeão camponês caneta
cansaço cantar canto cantor capacidade capital capítulo característica caranguejo cargo carpinteiro carregar carreira
cartaz carteira carteiro cartório categoria cavalo cebola cedo cego celebrar cena cenário cenoura centavos centímetro
central cerimônia certidão chá chão chapéu charme chefe chefia cheiro cheque chinelo chorar churrasco ciclo ciência
cientista cigarro circo citar clássico clima clínica clube cobertura cobra cobrança cobrar código coelho colar coleção
colega colegas colégio colher coluna combinar combustível comentário comércio comissão comissária comitê compartilhar
completar completo complicado compromisso comunidade conceito concerto conclusão concordar concorrência concurso
condição condições conferir confiança confirmação confirmar conflito conforme confuso conhecer conhecimento conjunto
conquista consciência conseguir conselho consequência considerar consulta consumidor consumo contabilidade contador
conteúdo contexto continente contribuir controlar controle convidar convite cópia coragem corda coroa correio corrente
corrigir costume cotovelo couro coxa cozinhar cozinheiro cravo crédito creme crer crescer crescimento criação criar
crime crise crítica cruzar cuidar cultura cumprir curiosidade curta curto dano débito década decisão declarar dedicar
dedo defender defesa definir degrau delegado democracia demonstrar dente dentes dentista departamento depender
depósito deputado derrota descansar descer descoberta descobrir desconto descrever desempenho desenho desenvolver
desenvolvimento desfile desigual desistir despesa despesas destino destruir detalhe detalhes determinar diário dieta
dificuldade direção diretor diretora diretoria dirigir discurso discussão discutir disponível disposição disputa
distância distribuir diversão diversas diverso divertido dívida dividir divisão divórcio dobro doce doença doente
doméstico dúzia economia econômico edição edifício efeito eficiente eleger eleição eleições elemento eletricista
elevador eliminar emergência emoção empréstimo empurrar encanador encerrar encher encomenda energia enfermeira enfim
enfrentar engano engenheiro engraçado enorme ensinar ensino entretanto entrevista envelope envolver equipamento equipe
erva escada escapar escravo escritor escudo escultura esforço espaço espanhol especial especialista espécie espelho
esperança espírito esporte esquecer esquerda esquerdo esquina essencial estabelecer estádio estagiário estatística
estilo estômago estoque estrangeiro estranho estratégia estrela estrutura estudante etapa eterno europa evento eventos
evitar evolução exame exato exceção excelente exceto exercício exército exigir existência experiência explosão
exposição expressão extra extremo fábrica fabricar faca faculdade falha falso fama famoso fantasia farinha fase
favorito febre felicidade feriado férias ferida ferro fiel figura fila filhote filosofia financeiro física físico fita
flor floresta fogão folga folha fonte formação formar formulário fornecedor forno fortuna fotografia fraco frase
frequência frequente fresco fruta frutas fuga fugir fumaça função funcionário funcionários fundação galinha garantia
garantir garfo garganta garota garoto gás gasolina geladeira geleia gelo gênero geração gerar gerente gesto ginásio
girar golpe goma gordo gordura gota governador governo graça gráfico grama gramática grau gravidade greve grito grosso
guarda guardar guia habitação hábito herança herdeiro herói hipoteca hipótese histórico homenagem honesto honra
horizonte horror horta humano humor identidade identificar ignorar ilha imaginar imediato imenso imóvel impacto
impedir império imposto impostos impressão imprimir incêndio incluir incrível indicar indústria industrial infância
infelizmente inferior inferno influência ingresso iniciar inimigo injeção inocente inquilino inseto instalar instante
instituição instituto instrumento inteligente intenção interessante interesse interior internacional interno
inventário inverno investidor investimento investir irritado isolado jardim jardineiro joelho jogador jogadores
jornalista juiz juíza julgar juros justiça juventude lábio laboratório ladrão lago lagosta lágrima lâmpada lançar
lanche lanterna lápis largo largura lata lavar lazer legal legume lei leis leitor leitura lençol lenda lento leque
levantar liberdade lição licitação líder liderança limão limite limpeza líquido lixo loira louça louco lucro luta
lutar luva madeira madrugada magro malandro mamãe mancha mandato manga manteiga manter manutenção marceneiro maré
margem martelo massa matar matéria material matrícula mecânico média médica médico médio mel melancia memória mensal
mente mentira mercadoria merecer mergulho metal método metro mexer milagre milho militar ministério ministro missão
mistério mistura mochila modelo moderno moeda montanha montar monte morango morrer mosca motor mover movimento mudança
multa multidão mundial município músculo museu musical nação nacional namorada namorado nariz nascer nascimento
natação natural natureza navio necessário necessidade negar negativo negociar negócio negócios neve nível nobre noiva
noivo norma normal norte novela núcleo nuvem nuvens objetivo objeto obra obras obrigação observar obter ocasião oceano
ocorrer ocupado ocupar oeste oferecer oferta oficina óleo ônibus operação oportunidade oposição oração orçamento
orelha organização organizar órgão orgulho origem original osso ouro outono ovelha ovo paciência paciente padaria
padeiro padrão padre página painel palácio palco palestra panela pântano papai papelão parafuso parede parque
participar passageiro passeio pasta pato patrão patrimônio pauta pedaço pedra pedreiro peixe penhasco pensamento pente
pepino perdão perigo perigoso período permanecer permitir perna pérola personagem pertencer pesado pescador pescoço
peso pesquisa pêssego petróleo piada pijama piloto pimenta pincel pintar pintor pintura pipoca piscina piso placa
planeta planilha planta plástico plateia poderoso poesia poeta polêmica policial política político pombo população
porcaria porco posição positivo possibilidade postal posto potência poupança pouso praça prática praticar prato
precioso prédio prefeito prefeitura preferir prego prejuízo prêmio preocupação preparar presença preso pressa pressão
presunto pretender prevenir previsão primavera princesa príncipe princípio prisão privado produção produzir profissão
profissional profundo progresso proibir promessa prometer promoção promotor promover proposta propriedade proteção
proteger protesto prova provar provável provocar pulmão pulseira pulso punição puro quadra quadro qualidade quantidade
queda queijo queimar queixa questão química quintal rã rabo rainha raio raiva ramo rapidamente raro rato ratos reação
realidade realizar receita reclamação reclamar recolher recomendar reconhecer recorde recurso recursos redução reduzir
refeição referência reforma região regional regra regras régua rei relação relacionamento relatório religião religioso
remédio renda repolho reportagem representar república reservar residência resistência respeito respirar responsável
réu revelar revista revolta riacho rico riqueza risco riso ritmo rocha roda romance roubar roupa ruído sabonete sabor
sacada sacola sagrado salário salmão saltar salto salvar sandália sangue santo sapato sapo saudade seca seção seco
secretária secretário seda sede segurança semente senado senador sensação sentar sentença sentimento separar sequência
sequer série sério serpente serra serrote servidor servir sessão setor severo significado símbolo sinal sindicato
sítio sobrar sobremesa social sociedade sofá sofrer soldado solidão sólido solteiro sombra sonhar sonho sopa sorriso
suave submarino sucesso sujeito suor superfície superior supermercado surpresa suspeito susto tabela talento tambor
tampa tapete tarefa tartaruga taxa teatro técnica técnico tecnologia tela telhado temer tempero tempestade templo
tendência tenente tensão tentativa teoria terminar término termo terraço terreno território tesoura tesouro testa
teste testemunha tigre tijolo timidez tinta típico título toalha tocar tomate torcida torneira torre touro trabalhador
tradição tradicional tradução traduzir tráfego tragédia trair tranquilo transferência transformar trânsito transporte
tratar trator travesseiro treinador treinar treino tristeza tropa trovão tubo tulipa turismo turista turma união
unidade universidade universo urgente urso usuário útil uva vaca vantagem varanda variedade vários vassoura vazio vela
velocidade vento ventre verão verdadeiro vereador vergonha vestir vigilante vila vinagre violão violência violento
virar visão visitante visitar vitória voar vulcão xampu xícara zebra zona
`);
